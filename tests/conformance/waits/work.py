import time
from pathlib import Path


def suffix(path: Path) -> str:
    return path.suffix


def note() -> None:
    Path("noted").write_text(str(time.time()))


def waited() -> bool:
    return time.time() - float(Path("noted").read_text()) >= 0.6
