def total(parts: list[int]) -> int:
    return sum(parts)
