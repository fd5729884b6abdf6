from pathlib import Path


def one_item() -> list[int]:
    return [1]


def second_time() -> int:
    with Path("times").open("a") as file:
        file.write("x")
    if len(Path("times").read_text()) < 2:
        raise RuntimeError("once more")
    return 2
