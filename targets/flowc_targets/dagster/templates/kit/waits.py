"""Waiting: a look, and if it was too early another one later, in the same attempt."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from .files import first_match
from .limits import Limit, limit
from .run import run_date
from .texts import text


def wait_for_file(pattern: Any, *, poll: timedelta, timeout: timedelta | Limit | None = None) -> Path:
    """Look for the first file or folder, in code point order, that matches, until there is one."""
    allowed = limit(timeout) if timeout is not None else None
    while (found := first_match(text(pattern))) is None:
        _sleep(poll, allowed)
    return found


def wait_for(look: Callable[[], bool], *, poll: timedelta, timeout: timedelta | Limit | None = None) -> None:
    """Look whether it is so, until it is."""
    allowed = limit(timeout) if timeout is not None else None
    while not look():
        _sleep(poll, allowed)


def wait_until(
    context: dg.OpExecutionContext,
    until: time | datetime | timedelta,
    *,
    zone: str = "UTC",
    timeout: timedelta | Limit | None = None,
) -> None:
    """Wait for a time of the run's day, for an instant, or for a while from the attempt's start."""
    allowed = limit(timeout) if timeout is not None else None
    if isinstance(until, timedelta):
        end = datetime.now(timezone.utc) + until
    elif isinstance(until, datetime):
        end = until if until.tzinfo else until.replace(tzinfo=ZoneInfo(zone))
    else:
        end = datetime.combine(run_date(context, zone), until, ZoneInfo(zone))
    while (left := end - datetime.now(timezone.utc)) > timedelta(0):
        _sleep(left, allowed)


def _sleep(pause: timedelta, allowed: Limit | None) -> None:
    """Sleep for a pause, a minute at most, or until the time is over: then there is one more look."""
    if allowed is not None:
        allowed.check()
    end = clock.monotonic() + min(pause.total_seconds(), 60.0)
    while (left := end - clock.monotonic()) > 0:
        if not (seconds := left if allowed is None else allowed.pause(left)):
            return
        clock.sleep(seconds)
