"""Waiting: a look, and if it was too early another one later, in the same attempt."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from .errors import AttemptTimeout
from .files import first_match
from .run import run_date
from .texts import text


def wait_for_file(pattern: Any, *, poll: timedelta, timeout: timedelta | None = None) -> Path:
    """Look for the first file or folder, in code point order, that matches, until there is one."""
    began = datetime.now(timezone.utc)
    while (found := first_match(text(pattern))) is None:
        _sleep(poll, began, timeout)
    return found


def wait_for(look: Callable[[], bool], *, poll: timedelta, timeout: timedelta | None = None) -> None:
    """Look whether it is so, until it is."""
    began = datetime.now(timezone.utc)
    while not look():
        _sleep(poll, began, timeout)


def wait_until(
    context: dg.OpExecutionContext,
    until: time | datetime | timedelta,
    *,
    zone: str = "UTC",
    timeout: timedelta | None = None,
) -> None:
    """Wait for a time of the run's day, for an instant, or for a while from the attempt's start."""
    began = datetime.now(timezone.utc)
    if isinstance(until, timedelta):
        end = began + until
    elif isinstance(until, datetime):
        end = until if until.tzinfo else until.replace(tzinfo=ZoneInfo(zone))
    else:
        end = datetime.combine(run_date(context, zone), until, ZoneInfo(zone))
    while (left := end - datetime.now(timezone.utc)) > timedelta(0):
        _sleep(left, began, timeout)


def _sleep(pause: timedelta, began: datetime, timeout: timedelta | None) -> None:
    """Sleep no longer than the attempt's time is over."""
    if timeout is not None:
        left = began + timeout - datetime.now(timezone.utc)
        if left <= timedelta(0):
            raise AttemptTimeout("the time is over")
        pause = min(pause, left)
    clock.sleep(max(0.0, min(pause.total_seconds(), 60.0)))
