from pathlib import Path


def fails_before(name: str, good: int) -> int:
    with Path(name + ".count").open("a") as file:
        file.write("x")
    attempt = len(Path(name + ".count").read_text())
    if attempt < good:
        raise RuntimeError(f"run {attempt} fails")
    return attempt
