import os
from pathlib import Path


def fails_before(name: str, good: int) -> int:
    count = Path(name + ".count")
    attempt = int(count.read_text()) + 1 if count.exists() else 1
    count.write_text(str(attempt))
    if attempt < good:
        raise RuntimeError(f"attempt {attempt} fails")
    return attempt


def wrong_type():
    return "no number"


def dies() -> None:
    os._exit(9)


def leaves() -> None:
    raise SystemExit(3)
