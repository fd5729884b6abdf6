import time
import uuid
from pathlib import Path


def busy(name: str) -> int:
    """How many attempts of that name are at work, this one included."""
    folder = Path("busy_" + name)
    folder.mkdir(exist_ok=True)
    mine = folder / uuid.uuid4().hex  # an engine may run attempts in threads of one process
    mine.touch()
    seen = 0
    for _ in range(4):
        time.sleep(0.03)
        seen = max(seen, len(list(folder.iterdir())))
    mine.unlink()
    return seen


def most(*lists: list[int]) -> int:
    return max(n for ns in lists for n in ns)


def fails_once(name: str) -> None:
    if not Path(name).exists():
        Path(name).touch()
        raise RuntimeError("once")
    with Path("order.txt").open("a") as file:
        file.write(name + "\n")
