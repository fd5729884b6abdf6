def numbers() -> list[int]:
    return [2, 4]


def show(ns: list[int | None]) -> list[int | None]:
    return ns
