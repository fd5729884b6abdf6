"""Where the partners' files lie, and where our own go."""

from __future__ import annotations

from pathlib import Path

WORK = Path("build")


def list_files(inbox: Path) -> list[Path]:
    """The partners' files in the order of their names; what is hidden or no CSV is not for us."""
    return sorted(file for file in inbox.glob("*.csv") if not file.name.startswith("."))


def work_file(name: str) -> Path:
    """A place for a file that a step makes."""
    WORK.mkdir(exist_ok=True)
    return WORK / name
