import time


def words() -> list[str]:
    return ["slow", "mid", "go"]


def nap(word: str) -> str:
    time.sleep({"slow": 0.6, "mid": 0.3, "go": 0.0}[word])
    return word


def join(words: list[str]) -> str:
    return " ".join(words)


def number(i: int, word: str) -> str:
    return f"{i}:{word}"


def prices() -> dict[str, int]:
    return {"b": 2, "a": 1, "é": 4, "Z": 3, "10": 6, "9": 5}


def double(n: int) -> int:
    return 2 * n
