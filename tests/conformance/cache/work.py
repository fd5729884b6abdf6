from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any


def count(name: str, n: int) -> str:
    with Path(f"count_{name}").open("a") as lines:
        lines.write("again\n")
    return f"{n} at {seen(name, n)}"


def instant(n: int) -> datetime:
    return datetime(2024, 2, n, tzinfo=timezone.utc)


def place(n: int) -> Path:
    return Path(f"place_{n}")


def seen(name: str, n: int) -> int:
    return len(Path(f"count_{name}").read_text().splitlines())


def flaky(key: str) -> date | None:
    file = Path(f"flaky_{key}")
    if not file.exists():
        file.touch()
        raise RuntimeError("the first attempt")
    return date(2024, 2, 29) if key == "a" else None


def line(*given: Any) -> str:
    return ", ".join(map(said, given))


def said(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(said, value)) + "]"
    return (
        f"{'path' if isinstance(value, Path) else type(value).__name__} {value}"
        if isinstance(value, (date, Path))
        else str(value)
    )
