"""Where the cron of an engine and ours may differ: times of the wall clock on days when a zone's clocks are changed.

Seen by comparing over such days. In a gap Airflow keeps the minutes (02:30 fires at 03:30), in a fold it fires, as
Dagster does, the second time, and a `*` in the minutes or hours does not follow elapsed time unless every hour is
meant. Away from those hours, and for every hour of the day in zones that shift by whole hours, the instants are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

from flowc.runtime.firings import cron_of, exists, gap_end, matches

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

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


def lines_in_utc(expression: str, zone: str) -> list[str]:
    """Cron lines that fire, in UTC, at every instant of a schedule, whatever its zone's clocks show; and at more."""
    cron, found = cron_of(expression), ZoneInfo(zone)
    offsets = {_offset(day, found) for day in _days()}
    named = product(cron.hours, cron.minutes, offsets)
    times = {(hour * _HOUR + minute * _MINUTE - offset) % _DAY for hour, minute, offset in named}
    if cron.is_fixed:  # what a gap leaves out fires at its end
        ends = (gap_end(first, found) for first, _, _ in changes(zone) if not exists(first, found))
        times |= {end.astimezone(UTC) - end.astimezone(UTC).replace(hour=0, minute=0) for end in ends}
    hours: dict[int, set[int]] = {}
    for moment in times:
        hours.setdefault(moment // _HOUR, set()).add(moment % _HOUR // _MINUTE)
    minutes: dict[tuple[int, ...], list[int]] = {}
    for hour, found_ in sorted(hours.items()):
        minutes.setdefault(tuple(sorted(found_)), []).append(hour)
    return [f"{_listed(each)} {_listed(at) if len(at) < 24 else '*'} * * *" for each, at in minutes.items()]


def _listed(values: Iterable[int]) -> str:
    return ",".join(map(str, values))


@cache
def changes(zone: str) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The local times from and to which clocks are changed, and by how much, as naive datetimes."""
    return tuple(_find(ZoneInfo(zone)))


def _find(zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    for day in _days():
        following = day + _DAY
        before, after = _offset(day, zone), _offset(following, zone)
        if before != after:
            at = _instant(day, following, zone).replace(tzinfo=None)
            yield min(at + before, at + after), max(at + before, at + after), abs(after - before)


def _days() -> Iterator[datetime]:
    """The days that are looked at."""
    day, end = datetime(YEARS.start, 1, 1, tzinfo=UTC), datetime(YEARS.stop, 1, 1, tzinfo=UTC)
    while day < end:
        yield day
        day += _DAY


def _instant(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The minute of a change between two instants."""
    before = _offset(low, zone)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high.replace(second=0, microsecond=0)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
