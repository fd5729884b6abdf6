def nothing() -> int | None:
    return None


def twice(x: int) -> int:
    return 2 * x
