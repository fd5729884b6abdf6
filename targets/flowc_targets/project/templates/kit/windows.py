"""Which window of time a run works on: the last one that is over at the run's instant, told by its start."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo


def last_hour(at: datetime, zone: str, first: datetime, last: datetime | None = None) -> datetime:
    """The full hour before that of an instant, by the clocks of a zone; ValueError where the flow has none such."""
    found = _full_hour(_full_hour(at, zone) - timedelta(microseconds=1), zone)
    if found < first or (last is not None and found > last):
        raise _none(found, at)
    return found


def last_day(at: datetime, first: date, last: date = date.max) -> date:
    """The day before that of an instant; ValueError where the flow has none such, here and below."""
    return _one_of(at.date() - timedelta(days=1), at, first, last)


def last_week(at: datetime, first: date, last: date = date.max) -> date:
    """The Monday of the week before."""
    return _one_of(at.date() - timedelta(days=at.weekday() + 7), at, first, last)


def last_month(at: datetime, first: date, last: date = date.max) -> date:
    """The first of the month before."""
    return _one_of((at.date().replace(day=1) - timedelta(days=1)).replace(day=1), at, first, last)


def _full_hour(at: datetime, zone: str) -> datetime:
    """The last full hour on the clocks; where they are moved by half an hour, it is not always the instant's own."""
    while True:
        local = at.astimezone(timezone.utc).astimezone(ZoneInfo(zone))
        local = local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)))
        full = local.replace(minute=0, second=0, microsecond=0)
        if local == full:
            return local
        at = local - (local - full)


def _one_of(found: date, at: datetime, first: date, last: date) -> date:
    if not first <= found <= last:
        raise _none(found, at)
    return found


def _none(found: date, at: datetime) -> ValueError:
    return ValueError(
        f"the last partition that is over at {at.isoformat()}, {found.isoformat()}, is none of this flow's"
    )
