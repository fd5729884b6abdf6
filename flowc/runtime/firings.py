"""The instants at which a schedule fires: rules 18 to 20, for any years and zones. Copied into projects.

A time of the wall clock that does not exist fires at the first instant after the gap, one that exists twice fires the
first time. Schedules whose minute or hour begins with `*` follow elapsed time instead: every instant whose local time
fits. This is Debian cron's rule. It is written out here, and not taken from cronsim, because that loses firings where
the clock is moved by half an hour (Lord Howe Island) and may never end where it is moved a minute past midnight
(Newfoundland until 2011). The tests compare the two everywhere else.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

UTC = timezone.utc
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST = "L"
_DAY = timedelta(days=1)
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_WORDS = {**{name: number for number, name in enumerate(_MONTHS, 1)}, **{d: n for n, d in enumerate(_WEEKDAYS)}}


@dataclass(frozen=True)
class Cron:
    """What a cron text means. Weekdays count from 0 (Sunday) to 6.

    `is_fixed`: neither minute nor hour begins with `*`, so the times are times of the wall clock (rule 19).
    `has_both_days`: one of the two day fields begins with `*`, so a day must fit both; else one is enough.
    `is_last_day`: the last day of the month, whatever its number.
    """

    expression: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    is_fixed: bool
    has_both_days: bool
    is_last_day: bool = False


def cron_of(expression: str) -> Cron:
    """What a cron text of five fields means that is known to be right."""
    texts = expression.split()
    minutes, hours, days, months, weekdays = (_values(text, *_RANGES[index]) for index, text in enumerate(texts))
    return Cron(
        " ".join(texts),
        minutes,
        hours,
        days,
        months,
        frozenset(day % 7 for day in weekdays),
        is_fixed=not texts[0].startswith("*") and not texts[1].startswith("*"),
        has_both_days=texts[2].startswith("*") or texts[4].startswith("*"),
        is_last_day=texts[2] == LAST,
    )


def _values(text: str, low: int, high: int) -> frozenset[int]:
    """`*`, `5`, `1-5`, with a step `*/15` or `1-30/2`, and several of these with commas between."""
    found: set[int] = set()
    for part in text.split(",") if text != LAST else ():
        base, _, step = part.partition("/")
        first, _, last = base.partition("-")
        begin = low if base == "*" else _number(first)
        end = high if base == "*" else _number(last or first)
        found.update(range(begin, end + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str) -> int:
    return _WORDS[text.lower()] if text.isalpha() else int(text)


# ------------------------------------------------------------------ periods


def multiples(period: timedelta, origin: datetime, since: datetime, until: datetime) -> Iterator[datetime]:
    """`origin` plus whole multiples of the period, from `since` to `until`, both in; in UTC."""
    number = -((origin - since) // period)
    with suppress(OverflowError):  # the calendar ends with the year 9999
        instant = origin.astimezone(UTC) + number * period
        while instant <= until:
            yield instant
            instant += period


# ------------------------------------------------------------------ cron


def instants(cron: Cron, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[datetime]:
    """The firings of a cron text from `since` to `until` (aware, both in), in order, in the zone.

    Compare them in UTC: Python holds two equal instants of different zones for unequal where a local time exists twice.
    """
    pending: list[datetime] = []  # in UTC: where the clock goes back over midnight, two local days interleave
    seen: datetime | None = None
    day = _local(since, zone).date() - 2 * _DAY
    while True:
        # Nothing of this day or a later one comes before its first midnight.
        settled = min(_both(datetime.combine(day, time()), zone))
        while pending and pending[0] < settled:
            instant = heappop(pending)
            if instant > until:
                return
            if instant != seen and instant >= since:
                yield instant.astimezone(zone)
            seen = instant
        if settled > until:
            return
        if matches(cron, day):
            for instant in _of_day(cron, day, zone):
                heappush(pending, instant)
        if day == date.max:
            break
        day += _DAY
    for instant in sorted({each for each in pending if since <= each <= until} - {seen}):
        yield instant.astimezone(zone)


def matches(cron: Cron, day: date) -> bool:
    """Whether the schedule has firings on this day of the calendar."""
    if day.month not in cron.months:
        return False
    in_month = day.day in cron.days or (cron.is_last_day and day.day == monthrange(day.year, day.month)[1])
    in_week = day.isoweekday() % 7 in cron.weekdays
    return (in_month and in_week) if cron.has_both_days else (in_month or in_week)


def _of_day(cron: Cron, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    for hour in cron.hours:
        for minute in cron.minutes:
            local = datetime.combine(day, time(hour, minute))
            with suppress(OverflowError):  # the last evening of the year 9999, west of Greenwich
                if cron.is_fixed:
                    yield real(local, zone).astimezone(UTC)
                elif exists(local, zone):
                    yield from _both(local, zone)


# ------------------------------------------------------------------ local times


def real(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a local time: the first of two, or the first after the gap where it does not exist."""
    if exists(local, zone):
        return local.replace(tzinfo=zone, fold=0)
    return gap_end(local, zone)


def exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of the zone ever show this local time."""
    return _local(local.replace(tzinfo=zone).astimezone(UTC), zone) == local


def gap_end(local: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after the gap in which a local time lies: where the offset changes."""
    # Read with the offset from before and from after the change, a time in the gap gives two instants around it.
    after, before = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.astimezone(zone)


def _both(local: datetime, zone: ZoneInfo) -> set[datetime]:
    """The instants of a local time that exists: one, or two where the clock is put back over it."""
    return {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
