def pull(name: str) -> list[int]:
    if name == "bad":
        raise ValueError(name)
    return [len(name)] * 3


def count(rows: list[int], times: int) -> int:
    return sum(rows) * times


def shout(word: str) -> str:
    return word.upper() + "!"


def add(*numbers: int) -> int:
    return sum(numbers)
