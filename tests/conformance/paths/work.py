from pathlib import Path


def kind(path) -> str:
    return f"{isinstance(path, Path)} {path}"


def same(path: Path) -> Path:
    return path


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def size(file: Path) -> int:
    return file.stat().st_size


def a_text():
    return "some/where"


def number():
    return 3


def read(file: Path) -> str:
    return file.read_text()
