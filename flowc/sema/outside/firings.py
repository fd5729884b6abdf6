"""The instants at which a schedule fires: rules 18 to 20, for any years and zones.

A time of the wall clock that does not exist fires at the first instant after the gap, one that exists twice fires the
first time. Schedules whose minute or hour begins with `*` follow elapsed time instead: every instant whose local time
fits. This is Debian cron's rule. It is written out here, and not taken from cronsim, because that loses firings where
the clock is moved by half an hour (Lord Howe Island) and may never end where it is moved a minute past midnight
(Newfoundland until 2011). The tests compare the two everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import islice
from zoneinfo import ZoneInfo

from flowc.ir import graph
from flowc.sema.outside.cron import Cron, CronProblem, parse

_DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def firings(trigger: graph.Cron | graph.Every, since: datetime, until: datetime) -> Iterator[datetime]:
    """The instants from `since` to `until` (aware, both ends in), in order, in the schedule's zone; `every` in UTC.

    Also within the trigger's own `start` and `end`. Where these are dates, they are whole days of the schedule's zone:
    the last instant of `end` is still in. An expression or zone that is wrong gives nothing; others report it.

    Compare them in UTC: Python holds two equal instants of different zones for unequal where a local time exists twice.
    """
    zone = zone_of(trigger)
    cron = parse(trigger.expression) if isinstance(trigger, graph.Cron) else None
    if zone is None or isinstance(cron, CronProblem):
        return
    first, last = window(trigger, zone)
    since, until = max(since, first or since), min(until, last or until)
    if cron is None and isinstance(trigger, graph.Every):
        yield from multiples(trigger.period, first or EPOCH, since, until)
    elif cron is not None:
        yield from instants(cron, zone, since, until)


def count(trigger: graph.Cron | graph.Every, since: datetime, until: datetime, *, limit: int = 1_000_000) -> int:
    """How many instants that is; no more than `limit` are counted."""
    if isinstance(trigger, graph.Every):
        first, last = window(trigger, ZoneInfo("UTC"))
        return _count_multiples(trigger.period, first or EPOCH, max(since, first or since), min(until, last or until))
    return sum(1 for _ in islice(firings(trigger, since, until), limit))


def zone_of(trigger: graph.Cron | graph.Every) -> ZoneInfo | None:
    """The zone of a trigger, None where its name is unknown."""
    from flowc.sema.outside.zones import zone

    found = zone(trigger.zone if isinstance(trigger, graph.Cron) else "UTC")
    return found if isinstance(found, ZoneInfo) else None


def window(trigger: graph.Cron | graph.Every, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The first and last instant that `start` and `end` allow."""
    return _edge(trigger.start, zone, is_end=False), _edge(trigger.end, zone, is_end=True)


def _edge(edge: date | datetime | None, zone: ZoneInfo, *, is_end: bool) -> datetime | None:
    if edge is None:
        return None
    if isinstance(edge, datetime):
        return edge if edge.tzinfo else edge.replace(tzinfo=zone)
    day = edge + _DAY if is_end else edge
    midnight = real(datetime.combine(day, time()), zone)
    return midnight - timedelta(microseconds=1) if is_end else midnight


# ------------------------------------------------------------------ periods


def multiples(period: timedelta, origin: datetime, since: datetime, until: datetime) -> Iterator[datetime]:
    """`origin` plus whole multiples of the period."""
    number = -((origin - since) // period)
    instant = origin.astimezone(UTC) + number * period
    while instant <= until:
        yield instant
        instant += period


def _count_multiples(period: timedelta, origin: datetime, since: datetime, until: datetime) -> int:
    first = -((origin - since) // period)
    return max(0, (until - origin) // period - first + 1)


def divides_day(period: timedelta) -> bool:
    """Whether instants at multiples of the period fall on the same times of every day, or on whole days."""
    return _DAY % period == timedelta(0) or period % _DAY == timedelta(0)


# ------------------------------------------------------------------ cron


def instants(cron: Cron, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[datetime]:
    """The firings of a cron text from `since` to `until`, both in."""
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
        if settled > until or day.year >= 9998:
            return
        if matches(cron, day):
            for instant in _of_day(cron, day, zone):
                heappush(pending, instant)
        day += _DAY


def matches(cron: Cron, day: date) -> bool:
    """Whether the schedule has firings on this day of the calendar."""
    if day.month not in cron.months:
        return False
    in_month = day.day in cron.days or (cron.is_last_day and (day + _DAY).month != day.month)
    in_week = day.isoweekday() % 7 in cron.weekdays
    return (in_month and in_week) if cron.has_both_days else (in_month or in_week)


def _of_day(cron: Cron, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    for hour in cron.hours:
        for minute in cron.minutes:
            local = datetime.combine(day, time(hour, minute))
            if cron.is_fixed:
                yield real(local, zone).astimezone(UTC)
            elif exists(local, zone):
                yield from _both(local, zone)


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
