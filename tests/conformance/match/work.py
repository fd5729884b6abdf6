def same(n: int) -> int:
    return n


def shout(s: str) -> str:
    return s.upper()
