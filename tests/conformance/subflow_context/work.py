def joined(one: str, many: list[str]) -> str:
    return "; ".join([one, *many])
