from pathlib import Path
from typing import Any


def hostile() -> list[str]:
    return ["'; DROP TABLE sales; --", "%s %(a)s 100%", "\\", 'a "b"', "$1 $$", "ä😀", ""]


def extra() -> dict[str, Any]:
    return {"a": [1, None, "it's"], "b": {"c": True}}


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines()
