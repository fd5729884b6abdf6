def same(x: str) -> str:
    return x
