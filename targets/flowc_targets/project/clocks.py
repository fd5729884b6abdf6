"""Where the cron of an engine and ours may differ: times of the wall clock on days when a zone's clocks are changed.

Seen by comparing over such days. In a gap Airflow keeps the minutes (02:30 fires at 03:30), in a fold it fires, as
Dagster does, the second time, and a `*` in the minutes or hours does not follow elapsed time unless every hour is
meant. Away from those hours, and for every hour of the day in zones that shift by whole hours, the instants are one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from flowc.runtime.firings import cron_of, matches

YEARS = range(2025, 2038)
"""The years that are looked at: the rules of zones repeat themselves, as far as anyone knows."""


def differs(expression: str, zone: str) -> datetime | None:
    """A local time that an engine may take otherwise, or None."""
    minute, hour, *_ = expression.split()
    cron = cron_of(expression)
    for first, last, shift in changes(zone):
        if hour == "*" and (shift % timedelta(hours=1) == timedelta(0) or minute.startswith("*")):
            continue
        moment = first
        while moment < last:
            if moment.minute in cron.minutes and moment.hour in cron.hours and matches(cron, moment.date()):
                return moment
            moment += timedelta(minutes=1)
    return None


@cache
def changes(zone: str) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The local times from and to which clocks are changed, and by how much, as naive datetimes."""
    return tuple(_find(ZoneInfo(zone)))


def _find(zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    day = datetime(YEARS.start, 1, 1, tzinfo=UTC)
    end = datetime(YEARS.stop, 1, 1, tzinfo=UTC)
    while day < end:
        following = day + timedelta(days=1)
        before, after = _offset(day, zone), _offset(following, zone)
        if before != after:
            at = _instant(day, following, zone).replace(tzinfo=None)
            yield min(at + before, at + after), max(at + before, at + after), abs(after - before)
        day = following


def _instant(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The minute of a change between two instants."""
    before = _offset(low, zone)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high.replace(second=0, microsecond=0)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
