WORDS = [
    "two words",
    "$(rm canary.txt)",
    "`rm canary.txt`",
    "; rm canary.txt #",
    "' ; rm canary.txt ; '",
    '" ; rm canary.txt ; "',
    "*",
    "line\nrm canary.txt\n",
    "\\",
    "--help",
    "",
    "${IFS}&&rm${IFS}canary.txt",
    "!!~/.#{x}",
]


def words() -> list[str]:
    return WORDS


def is_same(word: str, echo: str) -> bool:
    # the last newline of an output is no part of its value
    return echo == word.removesuffix("\n")
