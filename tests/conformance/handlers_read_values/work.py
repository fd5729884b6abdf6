def same(n: int) -> int:
    return n


def odd(n: int) -> int:
    if n % 2 == 0:
        raise ValueError(n)
    return n


def sum_of(*ns: int) -> int:
    return sum(ns)
