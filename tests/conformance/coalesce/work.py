def nothing() -> str | None:
    return None


def same(x: str) -> str:
    return x


def maybe(x: str | None) -> str | None:
    return x
