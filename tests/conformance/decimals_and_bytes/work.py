from decimal import Decimal


def amount(text: str) -> Decimal:
    return Decimal(text)


def same(x: Decimal) -> Decimal:
    return x


def kind(x) -> str:
    return f"{type(x).__name__} {x}"


def a_float():
    return 0.5


def amounts() -> list[Decimal]:
    return [Decimal("0.1"), Decimal("2")]


def record():
    return "x", Decimal("3.5")


def raw() -> bytes:
    return bytes([0, 1, 254, 255, 10])


def reversed_(data: bytes) -> bytes:
    return data[::-1]


def nothing() -> bytes:
    return b""


def text():
    return "no bytes"
