def add(*ns: int) -> int:
    return sum(ns)


def is_null(text: str | None) -> bool:
    return text is None
