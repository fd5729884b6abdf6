def unreachable() -> int:
    raise ConnectionError("no route")


def twice(n: int) -> int:
    return 2 * n
