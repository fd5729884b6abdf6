def up_to(n: int) -> list[int]:
    return list(range(n))


def fails_above(numbers: list[int], most: int) -> int:
    if len(numbers) > most:
        raise ValueError(f"{len(numbers)} numbers")
    return len(numbers)


def told(*given: object) -> str:
    return " ".join(map(str, given))
