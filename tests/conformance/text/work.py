WORDS = [
    "",
    " two  blanks ",
    "Ünïcödé ñ 漢字 עברית",
    "😀👩‍🚀🇪🇺",
    "nul\0inside",
    "line\none\r\ntwo\ttab",
    "\"quoted\" 'single' `back` \\",
    '{"$date":"2024-01-01"} [1,2] null',
    "{{ ds }} {% if %} ${HOME} %s #{x}",
]


def word(i: int) -> str:
    return WORDS[i]


def size(text: str, i: int) -> bool:
    return text == WORDS[i]


def joined(words: list[str]) -> str:
    return "|".join(words[2:4])


def forms() -> list[str]:
    return ["\u00e9", "e\u0301"]


def keys() -> dict[str, str]:
    return {"😀": "astral", "\uffff": "below", "é": "latin", "": "empty", "a b": "blank"}


def lone() -> str:
    return "\ud800"


def lone_list() -> list[str]:
    return ["fine", "\udfff"]


def same(text: str) -> str:
    return text
