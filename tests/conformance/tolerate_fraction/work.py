def above(n: int, limit: int) -> int:
    if n <= limit:
        raise ValueError(n)
    return n
