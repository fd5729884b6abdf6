def sizes() -> list[int]:
    return [7, 30, 41]


def name(kind: str, n: int) -> str:
    return f"{kind}{n}"


def shout(text: str) -> str:
    return text.upper()


def show(texts: list[str | None]) -> list[str | None]:
    return texts


def count_null(values: list[int | None]) -> int:
    return len([value for value in values if value is None])
