from pathlib import Path


def fails_once() -> None:
    """The second attempt is never reached: another task has the lock by then."""
    with Path("began.txt").open("a") as file:
        file.write("first\n")
    raise RuntimeError("once")
