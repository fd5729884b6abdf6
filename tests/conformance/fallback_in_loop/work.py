def even(n: int) -> int:
    if n % 2:
        raise ValueError(f"{n} is odd")
    return n


def half(n: int) -> int:
    if n == 3:
        raise ValueError("no half of three")
    return 100 * n
