"""Which firings of a schedule are to be run now: those that have just come, and of the missed what `catchup` says."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Union

from . import schedule
from .firings import UTC
from .schedule import firings, window
from .triggers import Cron, Every

LATE = timedelta(seconds=60)
"""A firing is missed when nobody was there for so long after it; a restart within that time misses nothing."""
MOST = 1000
"""Firings that are written down at once; the others follow."""
_TICK = timedelta(microseconds=1)
_BACK = tuple(timedelta(days=days) for days in (1, 40, 400, 4000, 40000))
Schedule = Union[Cron, Every]  # noqa: UP007 - evaluated on Python 3.10


@dataclass(frozen=True)
class Due:
    """What is to be run, the oldest first, and up to where everything has been looked at."""

    instants: tuple[datetime, ...]
    seen: datetime


def due(schedules: Sequence[Schedule], seen: datetime | None, now: datetime, *, most: int = MOST) -> Due:
    """What is due at `now` of what came after `seen`, which is None where the schedules are looked at first.

    A clock that was set back counts from what it shows now: what ran once is known to the register by its instant.
    """
    since = begin(schedules, now) if seen is None else min(seen, now)
    catching = [each for each in schedules if each.catchup == "all"]
    old = [*islice(merged(catching, since + _TICK, now - LATE), most)]
    if len(old) == most:
        return Due(tuple(old), old[-1])
    latest = [_last(each, since + _TICK, now - LATE) for each in schedules if each.catchup == "latest"]
    old += [instant for instant in latest if instant]
    fresh = merged(schedules, max(since, now - LATE) + _TICK, now)
    return Due(tuple(_once([*sorted(old), *fresh])), now)


def begin(schedules: Sequence[Schedule], now: datetime) -> datetime:
    """From where schedules count that are looked at first: a start in the past was missed since, if that is made up."""
    starts = [edge for each in schedules if each.catchup != "none" and (edge := window(each)[0])]
    return min([*(_utc(edge) - _TICK for edge in starts), now])


def following(schedules: Sequence[Schedule], now: datetime) -> datetime | None:
    """The first firing after an instant, within the next years."""
    for distance in _BACK:
        if found := next(merged(schedules, now + _TICK, now + distance), None):
            return found
    return None


def merged(schedules: Sequence[Schedule], since: datetime, until: datetime) -> Iterator[datetime]:
    """The firings of several schedules in UTC, in order."""
    if since > until:
        return iter(())
    return map(_utc, schedule.merged(schedules, since, until))


def _once(instants: Iterator[datetime] | Sequence[datetime]) -> Iterator[datetime]:
    latest: datetime | None = None
    for instant in instants:
        if instant != latest:
            yield instant
        latest = instant


def _last(schedule: Schedule, since: datetime, until: datetime) -> datetime | None:
    for distance in _BACK:
        start = max(since, until - distance)
        if start > until:
            return None
        if found := deque(firings(schedule, start, until), maxlen=1):
            return _utc(found[0])
    return None


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
