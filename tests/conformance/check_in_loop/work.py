def same(n: int) -> int:
    return n


def twice(n: int) -> int:
    return 2 * n


def count(ns: list[int | None]) -> int:
    return len([n for n in ns if n is None])


def show(ns: list[int | None]) -> list[int | None]:
    return ns
