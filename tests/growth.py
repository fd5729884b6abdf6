"""How the work of a function grows: lines of Python that are run, counted function by function, at two sizes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

Place = tuple[str, str, int]
"""A function: its file, its name, the line it begins in."""

TIMES = 4
MOST = 6
"""Four times the size may be six times the work: what is sorted grows a little faster than what there is."""
SMALL = 2_000
"""So many lines are no cost, however they grew."""


def lines_of(work: Callable[[], object]) -> Counter[Place]:
    """How many lines of each function the work runs. A comprehension runs its line once for each element."""
    found: Counter[Place] = Counter()

    def count(frame: FrameType, event: str, arg: object) -> Any:
        code = frame.f_code
        found[code.co_filename, code.co_name, code.co_firstlineno] += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return found


def grown(small: Counter[Place], large: Counter[Place]) -> list[str]:
    """The functions whose work grows faster than what they work on, with both numbers."""
    return [
        f"{file}:{line} {name}: {small[file, name, line]:,} lines, at {TIMES} times the size {count:,}"
        for (file, name, line), count in large.most_common()
        if count > SMALL and count > MOST * max(small[file, name, line], 1)
    ]
