def not_one(n: int) -> int:
    if n == 1:
        raise ValueError(n)
    return n


def not_two(n: int) -> int:
    if n == 2:
        raise ValueError(n)
    return n
