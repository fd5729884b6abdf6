def nothing() -> list[str]:
    return []


def length(text: str) -> int:
    return len(text)


def flat(lists: list[list[int]]) -> list[int]:
    return [n for ns in lists for n in ns]
