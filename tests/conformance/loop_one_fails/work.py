import time


def pull(n: int) -> int:
    if n == 1:
        raise ValueError("one")
    time.sleep(0.2)
    return n


def push(n: int) -> int:
    return 10 * n
