def empty() -> list[int]:
    return []
