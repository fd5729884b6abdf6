"""Loading."""

from datetime import date


def load(table: str, day: date, *, limit: int = 10) -> None:
    """Load a table."""


def count() -> int:
    """Count the rows."""
    return 3


def many(*args: int, **kwargs: int) -> None:
    """Take anything."""
