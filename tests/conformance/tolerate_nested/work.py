def members(team: str) -> list[int]:
    return {"ok": [1, 2], "one": [3, -1], "two": [-1, -2, 4]}[team]


def positive(n: int) -> int:
    if n < 0:
        raise ValueError(n)
    return n


def show(lists: list[list[int]]) -> list[list[int]]:
    return lists
