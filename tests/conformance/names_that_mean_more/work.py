"""What tasks call whose names are an engine's own."""


def same(given: str) -> str:
    return given


def joined(given: list[str]) -> str:
    return "".join(given)
