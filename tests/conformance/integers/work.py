def most() -> int:
    return 2**63 - 1


def least() -> int:
    return -(2**63)


def odd() -> int:
    return 2**53 + 1


def same(n: int) -> int:
    return n


def add(a: int, b: int) -> int:
    return a + b


def numbers() -> list[int]:
    return [2**62, -(2**62), 0]


def over() -> int:
    return 2**63


def under() -> int:
    return -(2**63) - 1


def nested():
    return {"a": [1, 2**64]}


def kind(n) -> str:
    return type(n).__name__
