def nothing() -> str | None:
    return None


def same(x):
    return x


def maybe(x: str | None) -> str | None:
    return x
