from pathlib import Path


def third_time() -> int:
    with Path("count").open("a") as file:
        file.write("x")
    if len(Path("count").read_text()) < 3:
        raise RuntimeError("not yet")
    return 3
