"""Waiting for a file, a time of day, an instant or a while: what to look for, and how long until the next look."""

from __future__ import annotations

import glob
import time as clock
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .actions import WaitFile, WaitTime
from .paths import path
from .texts import text

if TYPE_CHECKING:
    from .view import View

Look = Callable[[datetime], tuple[bool, Any, "float | None"]]
"""Whether it is there at an instant, its value, and in how many seconds it will be if that is known."""


def first_match(pattern: str, root: Path | str = ".") -> Path | None:
    """The first file or folder, in code point order, that a pattern matches, as the pattern writes it."""
    found = min(glob.iglob(pattern, root_dir=str(root), recursive=True), default=None)
    return None if found is None else path(found)


def instant(until: time | datetime | timedelta, *, day: date, zone: str, since: datetime) -> datetime:
    """When a wait is over: a time of that day in that zone, an instant, or a while after `since`."""
    if isinstance(until, timedelta):
        return since + until
    from zoneinfo import ZoneInfo

    if isinstance(until, datetime):
        return until if until.tzinfo else until.replace(tzinfo=ZoneInfo(zone))
    return datetime.combine(day, until, ZoneInfo(zone))


def wait_for_file(pattern: str, poll: timedelta = timedelta(minutes=1), root: Path | str = ".") -> Path:
    """Block until a file matches."""
    while (found := first_match(pattern, root)) is None:
        clock.sleep(poll.total_seconds())
    return found


def file_look(action: WaitFile, v: View, root: Path) -> Look:
    """How to look for a file."""
    pattern = text(action.path(v)) if callable(action.path) else action.path

    def look(now: datetime) -> tuple[bool, Any, float | None]:
        found = first_match(pattern, root)
        return found is not None, found, None

    return look


def time_look(action: WaitTime, v: View, zone: str) -> Look:
    """How to look for a time."""
    since = datetime.now(timezone.utc)
    end = instant(action.until(v), day=v.run.date, zone=zone, since=since)

    def look(now: datetime) -> tuple[bool, Any, float | None]:
        left = (end - now).total_seconds()
        return left <= 0, None, max(left, 0.0)

    return look
