def not_two_or_four(n: int) -> int:
    if n in (2, 4):
        raise ValueError(n)
    return n


def times_ten(n: int) -> int:
    return 10 * n


def show(ns: list[int | None]) -> list[int | None]:
    return ns
