"""Tasks that count how often they ran, in files beside this one, and that fail the first time."""

from pathlib import Path


def gives(name: str, value: int) -> int:
    _count(name)
    return value


def gives_each(name: str, value: int) -> int:
    return gives(f"{name}-{value}", value)


def fails_once(name: str, value: int) -> int:
    if _count(name) == 1:
        raise RuntimeError(f"{name} fails once")
    return value


def fails_once_if(name: str, value: int, is_shaky: bool) -> int:
    return fails_once(f"{name}-{value}", value) if is_shaky else gives(f"{name}-{value}", value)


def lists_once(name: str) -> list[int]:
    return [fails_once(name, 10), 20]


def _count(name: str) -> int:
    """One more run of a task; how many there have been."""
    folder = Path("ran")
    folder.mkdir(exist_ok=True)
    with (folder / name).open("a") as file:
        file.write("x")
        return file.tell()
