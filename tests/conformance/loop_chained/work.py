def square(n: int) -> int:
    return n * n


def plus(n: int, all: list[int]) -> int:
    return n + sum(all)


def or_zero(n: int | None, i: int) -> int:
    return -i if n is None else n
