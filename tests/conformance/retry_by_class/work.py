class PartnerDown(ConnectionError):
    """The partner's door is closed."""


def key_error() -> None:
    raise KeyError("k")


def value_error() -> None:
    raise ValueError("v")


def zero_division() -> None:
    raise ZeroDivisionError("z")


def overflow() -> None:
    raise OverflowError("o")


def partner_down() -> None:
    raise PartnerDown("closed")


def timeout_error() -> None:
    raise TimeoutError("theirs, not ours")
