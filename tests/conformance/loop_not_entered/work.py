def one() -> list[int]:
    return [1]
