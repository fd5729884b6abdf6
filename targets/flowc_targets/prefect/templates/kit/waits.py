"""Waiting: a look, and another one later, until it is there, the time is over or the run is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .errors import AttemptTimeout
from .facts import run_date
from .files import first_match
from .stopping import attempt
from .texts import text


def wait_for_file(pattern: Any, *, poll: timedelta, timeout: timedelta | None = None) -> Path:
    """The first file or folder, in code point order, that matches."""
    end = _end(timeout)
    while (found := first_match(text(pattern))) is None:
        _sleep(poll.total_seconds(), end)
    return found


def wait_for(look: Callable[[], bool], *, poll: timedelta, timeout: timedelta | None = None) -> None:
    """Look whether it is so, until it is."""
    end = _end(timeout)
    while not look():
        _sleep(poll.total_seconds(), end)


def wait_until(until: time | datetime | timedelta, *, zone: str = "UTC", timeout: timedelta | None = None) -> None:
    """Wait for a time of the run's day, for an instant, or for a while."""
    end = _end(timeout)
    if isinstance(until, timedelta):
        moment = datetime.now(timezone.utc) + until
    elif isinstance(until, datetime):
        moment = until if until.tzinfo else until.replace(tzinfo=ZoneInfo(zone))
    else:
        moment = datetime.combine(run_date(zone), until, ZoneInfo(zone))
    while (left := (moment - datetime.now(timezone.utc)).total_seconds()) > 0:
        _sleep(left, end)


def _end(timeout: timedelta | None) -> datetime | None:
    return None if timeout is None else datetime.now(timezone.utc) + timeout


def _sleep(seconds: float, end: datetime | None) -> None:
    """Sleep, no longer than there is time; AttemptTimeout or Stopped where there is none."""
    left = None if end is None else (end - datetime.now(timezone.utc)).total_seconds()
    if left is not None and left <= 0:
        raise AttemptTimeout("the time is over")
    woken = threading.Event()
    with attempt().stopping.ended_by(woken.set):
        woken.wait(seconds if left is None else min(seconds, left))
    attempt().stopping.check()
