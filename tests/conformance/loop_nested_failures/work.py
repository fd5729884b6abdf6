def members(team: str) -> list[int]:
    if team == "bad":
        raise LookupError(team)
    return [1, 2, 3] if team == "red" else [4]


def card(n: int) -> int:
    if n == 2:
        raise ValueError("two")
    return 10 * n
