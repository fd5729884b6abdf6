import time
from pathlib import Path


def note(name: str) -> None:
    with Path(name + ".times").open("a") as file:
        file.write(f"{time.time()}\n")
    raise RuntimeError(name)


def waited(name: str, least: list[float]) -> bool:
    """Whether the attempts stand at least that far apart; a clock may be a little coarse."""
    times = [float(line) for line in Path(name + ".times").read_text().split()]
    pauses = [later - earlier for earlier, later in zip(times, times[1:])]
    return len(pauses) == len(least) and all(pause > one - 0.02 for pause, one in zip(pauses, least))
