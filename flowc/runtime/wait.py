"""Waiting for a file, a time of day, an instant or a while: what to look for, and how long until the next look."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .actions import WaitFile, WaitTime
from .files import first_match, is_remote
from .texts import text

if TYPE_CHECKING:
    from .view import View

Look = Callable[[datetime], tuple[bool, Any, "float | None"]]
"""Whether it is there at an instant, its value, and in how many seconds it will be if that is known."""


def instant(until: time | datetime | timedelta, *, day: date, zone: str, since: datetime) -> datetime:
    """When a wait is over: a time of that day in that zone, an instant, or a while after `since`."""
    if isinstance(until, timedelta):
        return since + until
    from zoneinfo import ZoneInfo

    if isinstance(until, datetime):
        return until if until.tzinfo else until.replace(tzinfo=ZoneInfo(zone))
    return datetime.combine(day, until, ZoneInfo(zone))


def file_look(action: WaitFile, v: View, root: Path) -> Look:
    """How to look for a file."""
    pattern = text(action.path(v)) if callable(action.path) else action.path
    if is_remote(pattern):
        return _Aside(lambda: first_match(pattern))

    def look(now: datetime) -> tuple[bool, Any, float | None]:
        found = first_match(pattern, root)
        return found is not None, found, None

    return look


class _Aside:
    """A look that takes its time: on a thread of its own, which is asked whether it has ended."""

    ASKED_EVERY = 0.1

    def __init__(self, look: Callable[[], Any]) -> None:
        self.look = look
        self.ended: Future[Any] | None = None

    def __call__(self, now: datetime) -> tuple[bool, Any, float | None]:
        if self.ended is None:
            self.ended = aside(self.look)
        if not self.ended.done():
            return False, None, self.ASKED_EVERY
        found, self.ended = self.ended.result(), None
        return found is not None, found, None


def aside(work: Callable[[], Any]) -> Future[Any]:
    """What the function gives or raises, from a thread that nobody waits for at the end of the process."""
    ended: Future[Any] = Future()

    def go() -> None:
        try:
            ended.set_result(work())
        except BaseException as error:  # whoever asks for the result gets it
            ended.set_exception(error)

    threading.Thread(target=go, daemon=True, name="look").start()
    return ended


def time_look(action: WaitTime, v: View, zone: str) -> Look:
    """How to look for a time."""
    since = datetime.now(timezone.utc)
    end = instant(action.until(v), day=v.run.date, zone=zone, since=since)

    def look(now: datetime) -> tuple[bool, Any, float | None]:
        left = (end - now).total_seconds()
        return left <= 0, None, max(left, 0.0)

    return look
