"""Waiting for a file, a row, a server, an instant, a while: what to look for, and how long until the next look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .actions import WaitApproval, WaitAsset, WaitFile, WaitTime, words
from .files import first_match

if TYPE_CHECKING:
    from .board import Cell
    from .running import Run
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
    pattern = words(action.path, v)

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


def asset_look(action: WaitAsset, run: Run) -> Look:
    """How to look whether an asset was written: since the run's instant, or since its start if that came first.

    Of an asset with the run's own partitions it is the run's partition that counts, whenever that was written.
    """
    from .partitions import text as partition_text
    from .written import last

    partition = partition_text(run.info.partition) if action.by_partition and run.info.partition is not None else None
    since = min(run.info.at, run.began)

    def look(now: datetime) -> tuple[bool, Any, float | None]:
        write = last(run.engine.state, action.asset, partition)
        return write is not None and (partition is not None or write.at >= since), None, None

    return look


def approval_look(action: WaitApproval, v: View, run: Run, cell: Cell) -> Look:
    """Ask, and how to look for the answer; Refused where that is no."""
    from .approvals import Refused, take

    by = action.by(v) if action.by else []
    asked = run.masked(words(action.text, v))
    instance = {"task": cell.subject.name, "index": cell.index}
    run.record({"event": "ask", **instance, "text": asked, "by": by})
    run.tell("ask", cell, message=asked)

    def look(now: datetime) -> tuple[bool, Any, float | None]:
        found = take(run.folder, cell.name)
        if found is not None:
            run.record({"event": "answer", **instance, "yes": found.is_yes, "by": found.by})
        if found is not None and not found.is_yes:
            raise Refused(f"refused by {found.by}")
        return found is not None, None, None

    return look
