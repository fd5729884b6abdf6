"""Partitions that are windows of time: which one a run works on, and at which instant a run for one is due (rule 18).

A window is told by its start: the date that it begins on, or, for hours, the instant with its offset.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from .errors import UsageError
from .firings import UTC, real
from .reading import read_datetime
from .schedule import unbounded
from .texts import datetime_text
from .triggers import Cron, Every, Keys, Windows

STARTS = {"hour": "0 * * * *", "day": "0 0 * * *", "week": "0 0 * * 1", "month": "0 0 1 * *"}
"""The cron lines that fire, on the clocks of a zone, where windows of a unit begin, and the ones before are over."""
_HOUR = timedelta(hours=1)
_TICK = timedelta(microseconds=1)


def last_complete(windows: Windows, at: datetime) -> date | datetime:
    """The last window that is over at an instant."""
    return before(windows, _around(windows, at))


def before(windows: Windows, start: date | datetime) -> date | datetime:
    """The window before another one."""
    if isinstance(start, datetime):
        return _full_hour(windows, start.astimezone(UTC) - _TICK)
    if windows.unit == "month":
        return (start - timedelta(days=1)).replace(day=1)
    return start - timedelta(days=7 if windows.unit == "week" else 1)


def after(windows: Windows, start: date | datetime) -> date | datetime:
    """The window after another one."""
    if isinstance(start, datetime):
        found = _local(windows, start.astimezone(UTC) + _HOUR)
        return _local(windows, found + timedelta(minutes=-found.minute % 60))
    if windows.unit == "month":
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if windows.unit == "week" else 1)


def begins(windows: Windows, start: date | datetime) -> datetime:
    """The instant that a window begins at: the first of its day that the zone has."""
    if isinstance(start, datetime):
        return start
    return _local(windows, real(datetime.combine(start, time()), ZoneInfo(windows.zone)))


def ends(windows: Windows, start: date | datetime) -> datetime:
    """The instant that a window is over at."""
    return begins(windows, after(windows, start))


def bounds(windows: Windows) -> tuple[datetime | None, datetime | None]:
    """The first and the last instant at which the last window that is over is one of the flow's."""
    first, last = _edge(windows, windows.start), _edge(windows, windows.end)
    if first is not None and begins(windows, _around(windows, first)) < first:
        first = ends(windows, _around(windows, first))
    since = ends(windows, _around(windows, first)) if first else None
    return since, ends(windows, after(windows, _around(windows, last))) - _TICK if last else None


def is_one(windows: Windows, start: date | datetime) -> bool:
    """Whether the flow has a window that begins there."""
    moment = begins(windows, start)
    if isinstance(start, datetime) != (windows.unit == "hour") or begins(windows, _around(windows, moment)) != moment:
        return False
    first, last = _edge(windows, windows.start), _edge(windows, windows.end)
    return (first is None or moment >= first) and (last is None or moment <= last)


def between(windows: Windows, since: datetime, until: datetime) -> Iterator[date | datetime]:
    """The flow's windows that begin from one instant to another, both in, the oldest first."""
    first, last = _edge(windows, windows.start), _edge(windows, windows.end)
    if first and first > since:
        since = first
    if last and last < until:
        until = last
    start = _around(windows, since)
    if begins(windows, start) < since:
        start = after(windows, start)
    while begins(windows, start) <= until:
        yield start
        start = after(windows, start)


def due(windows: Windows, start: date | datetime, schedules: Sequence[Cron | Every]) -> datetime:
    """The instant for which a run on a window is: the first firing of the schedules that works on it, else its end."""
    over, next_over = ends(windows, start), ends(windows, after(windows, start))
    found = (next(unbounded(each, over, next_over - _TICK), None) for each in schedules)
    return min((instant for instant in found if instant), key=lambda instant: instant.astimezone(UTC), default=over)


def read(partition: Windows | Keys, said: str) -> date | datetime | str:
    """A partition that was named by hand; UsageError where the flow has none of that name."""
    if isinstance(partition, Keys):
        if said not in partition.keys:
            raise UsageError(f"there is no partition {said!r}: it is one of {', '.join(partition.keys)}")
        return said
    try:
        start = _read_hour(partition, said) if partition.unit == "hour" else date.fromisoformat(said)
    except ValueError:
        sample = "2024-01-31T06:00" if partition.unit == "hour" else "2024-01-31"
        raise UsageError(f"{said!r} is no partition: one is told by its start, as {sample}") from None
    if not is_one(partition, start):
        raise UsageError(f"there is no partition that begins on {said}: {_shape(partition)}")
    return start


def text(partition: date | datetime | str) -> str:
    """A partition as it is written."""
    if isinstance(partition, datetime):
        return datetime_text(partition)
    return partition if isinstance(partition, str) else partition.isoformat()


def _shape(windows: Windows) -> str:
    said = {"hour": "at a full hour", "day": "on any day", "week": "on a Monday", "month": "on the first of a month"}
    found = f"they begin {said[windows.unit]}"
    if windows.start:
        found += f", from {windows.start.isoformat()}"
    return found + (f" to {windows.end.isoformat()}" if windows.end else "")


def _read_hour(windows: Windows, said: str) -> datetime:
    found = read_datetime(said)
    zone = ZoneInfo(windows.zone)
    return _local(windows, found if found.tzinfo else real(found, zone))


def _around(windows: Windows, at: datetime) -> date | datetime:
    """The window that an instant is in."""
    local = at.astimezone(ZoneInfo(windows.zone))
    if windows.unit == "hour":
        return _full_hour(windows, at)
    day = local.date()
    if windows.unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if windows.unit == "month" else day


def _full_hour(windows: Windows, at: datetime) -> datetime:
    """The last full hour on the zone's clocks; where they are moved by half an hour, it may be longer than an hour."""
    local = _local(windows, at)
    while past := local.replace(tzinfo=None) - local.replace(tzinfo=None, minute=0, second=0, microsecond=0):
        local = _local(windows, local - past)
    return local


def _local(windows: Windows, at: datetime) -> datetime:
    """An instant on the zone's clocks with its offset; a zone of its own would let two instants look the same."""
    local = at.astimezone(ZoneInfo(windows.zone))
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)))


def _edge(windows: Windows, edge: date | datetime | None) -> datetime | None:
    if edge is None:
        return None
    if isinstance(edge, datetime):
        return _local(windows, edge if edge.tzinfo else real(edge, ZoneInfo(windows.zone)))
    return begins(windows, edge)
