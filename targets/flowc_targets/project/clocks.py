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

_YEARS = range(2025, 2038)
"""The years that are looked at: the rules of zones repeat themselves, as far as anyone knows."""

_NAMES = {
    name: number
    for names in ("jan feb mar apr may jun jul aug sep oct nov dec", "sun mon tue wed thu fri sat")
    for number, name in enumerate(names.split(), 1 if names.startswith("jan") else 0)
}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def differs(expression: str, zone: str) -> datetime | None:
    """A local time that an engine may take otherwise, or None."""
    fields = expression.split()
    for first, last, shift in _changes(zone):
        if fields[1] == "*" and (shift % timedelta(hours=1) == timedelta(0) or fields[0].startswith("*")):
            continue
        moment = first
        while moment < last:
            if _fires(fields, moment):
                return moment
            moment += timedelta(minutes=1)
    return None


@cache
def _changes(zone: str) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The local times from and to which clocks are changed, and by how much, as naive datetimes."""
    return tuple(_find(ZoneInfo(zone)))


def _find(zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    day = datetime(_YEARS.start, 1, 1, tzinfo=UTC)
    end = datetime(_YEARS.stop, 1, 1, tzinfo=UTC)
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


def _fires(fields: list[str], moment: datetime) -> bool:
    """Whether a cron line names a local time."""
    minute, hour, day, month, weekday = (_values(field, index) for index, field in enumerate(fields))
    if moment.minute not in minute or moment.hour not in hour or moment.month not in month:
        return False
    is_last = fields[2].upper() == "L"
    on_day = (moment + timedelta(days=1)).day == 1 if is_last else moment.day in day
    on_weekday = moment.isoweekday() % 7 in {each % 7 for each in weekday}
    must_fit_both = fields[2].startswith("*") or fields[4].startswith("*")
    return (on_day and on_weekday) if must_fit_both else (on_day or on_weekday)


def _values(field: str, index: int) -> set[int]:
    """What a field of a cron line that is known to be right stands for."""
    low, high = _RANGES[index]
    found: set[int] = set()
    for part in field.split(","):
        if part.upper() == "L":
            continue
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if first == "*" else _number(first)
        stop = high if first == "*" or (step and not last) else _number(last) if last else start
        found |= set(range(start, stop + 1, int(step or 1)))
    return found


def _number(text: str) -> int:
    return _NAMES[text.lower()[:3]] if text.isalpha() else int(text)
