"""When the schedules of a flow fire, within their start and end, and the window that each firing stands for."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from .firings import EPOCH, UTC, cron_of, instants, multiples, real
from .triggers import Cron, Every

_DAY = timedelta(days=1)
_BACK = tuple(timedelta(days=days) for days in (2, 40, 400, 3000, 30000))
"""How far to look for the firing before another: a 29th of February on a Sunday comes every 28 or 40 years."""


@dataclass(frozen=True)
class Firing:
    """An instant at which a flow is due, in its schedule's zone, and the firing before it: from there to it is its
    window, of which the flow works on the data. None where there is no firing before.
    """

    at: datetime
    after: datetime | None


def firings(trigger: Cron | Every, since: datetime, until: datetime) -> Iterator[datetime]:
    """The instants from `since` to `until` (aware, both ends in), in order, in the schedule's zone; `every` in UTC.

    Also within the trigger's own `start` and `end`. Where these are dates, they are whole days of the schedule's zone:
    the last instant of `end` is still in.

    Compare them in UTC: Python holds two equal instants of different zones for unequal where a local time exists twice.
    """
    first, last = window(trigger)
    yield from unbounded(trigger, max(since, first or since), min(until, last or until))


def planned(triggers: Sequence[Cron | Every], since: datetime, until: datetime) -> Iterator[Firing]:
    """The firings of all schedules of a flow, in order; one where two fire at once."""
    firsts = [window(trigger)[0] for trigger in triggers]
    since = max(since, min((first for first in firsts if first), default=since)) if all(firsts) else since
    before = max((b for trigger in triggers if (b := before_of(trigger, since))), key=_utc, default=None)
    told = heapq.merge(*(_told(trigger, since, until) for trigger in triggers), key=lambda each: _utc(each[0]))
    for _, together in groupby(told, key=lambda each: _utc(each[0])):
        instants = [*together]
        due = next((instant for instant, is_due in instants if is_due), None)
        if due is not None:
            yield Firing(due, before)
        before = instants[0][0]


def _told(trigger: Cron | Every, since: datetime, until: datetime) -> Iterator[tuple[datetime, bool]]:
    """The instants of a schedule as if it had no start and no end, each with whether it is within these."""
    first, last = window(trigger)
    for instant in unbounded(trigger, since, until):
        yield instant, (first is None or _utc(instant) >= _utc(first)) and (last is None or _utc(instant) <= _utc(last))


def merged(triggers: Sequence[Cron | Every], since: datetime, until: datetime) -> Iterator[datetime]:
    """The instants of several schedules, in order; one where two fire at once."""
    latest: datetime | None = None
    for instant in heapq.merge(*(firings(trigger, since, until) for trigger in triggers), key=_utc):
        if latest is None or _utc(instant) != _utc(latest):
            yield instant
        latest = instant


def before_of(trigger: Cron | Every, instant: datetime) -> datetime | None:
    """The last instant of a schedule before another one, as if it had no start."""
    moment = _utc(instant)
    for distance in _BACK:
        found = deque(unbounded(trigger, moment - distance, moment - timedelta(microseconds=1)), maxlen=1)
        if found:
            return found[0]
    return None


def window(trigger: Cron | Every) -> tuple[datetime | None, datetime | None]:
    """The first and last instant that `start` and `end` allow."""
    zone = ZoneInfo(trigger.zone if isinstance(trigger, Cron) else "UTC")
    return _edge(trigger.start, zone, is_end=False), _edge(trigger.end, zone, is_end=True)


def origin(trigger: Every) -> datetime:
    """What the multiples of a period are counted from."""
    return window(trigger)[0] or EPOCH


def unbounded(trigger: Cron | Every, since: datetime, until: datetime) -> Iterator[datetime]:
    """The instants of a schedule as if it had no start and no end."""
    if isinstance(trigger, Every):
        return multiples(trigger.period, origin(trigger), since, until)
    return instants(cron_of(trigger.expression), ZoneInfo(trigger.zone), since, until)


def _edge(edge: date | datetime | None, zone: ZoneInfo, *, is_end: bool) -> datetime | None:
    if edge is None:
        return None
    if isinstance(edge, datetime):
        return edge if edge.tzinfo else edge.replace(tzinfo=zone)
    day = edge + _DAY if is_end else edge
    midnight = real(datetime.combine(day, time()), zone)
    return midnight - timedelta(microseconds=1) if is_end else midnight


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
