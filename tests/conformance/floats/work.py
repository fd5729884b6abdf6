def value(text: str) -> float:
    return float(text)


def show(x: float) -> str:
    return repr(x)


def three():
    return 3


def ints():
    return [1, 2.5]


def nested():
    return [1.5, float("nan")]


def several() -> list[float]:
    return [-0.0, 1e-7, 123456789.123456789, 1e22]
