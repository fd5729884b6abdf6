"""Is what was loaded about what a day brings?"""

from __future__ import annotations

USUAL = range(50, 1_000_000)


def grade(rows: int) -> str:
    """What to say of a mart that was built from so many rows."""
    if rows == 0:
        return "is empty"
    return "looks fine" if rows in USUAL else "has an unusual size"
