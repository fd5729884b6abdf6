import os


def dies(n: int) -> int:
    if n == 0:
        os._exit(9)
    return n


def lives(n: int) -> int:
    return n
