"""The instants at which a trigger of a flow fires, by the rule that the runtime keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from flowc.ir import triggers
from flowc.runtime import schedule
from flowc.runtime import triggers as runtime
from flowc.sema.outside.cron import CronProblem, parse
from flowc.sema.outside.zones import UnknownZone, zone

_DAY = timedelta(days=1)


def firings(trigger: triggers.Cron | triggers.Every, since: datetime, until: datetime) -> Iterator[datetime]:
    """The instants from `since` to `until` (aware, both ends in), in order, in the schedule's zone; `every` in UTC.

    An expression or zone that is wrong gives nothing; others report it.
    """
    if (known := _known(trigger)) is not None:
        yield from schedule.firings(known, since, until)


def opening(trigger: triggers.Cron | triggers.Every) -> datetime | None:
    """The first instant that the trigger's `start` allows; None where it has none, or is wrong."""
    known = _known(trigger)
    return schedule.window(known)[0] if known is not None else None


def count(trigger: triggers.Cron | triggers.Every, since: datetime, until: datetime, *, limit: int = 1_000_000) -> int:
    """How many instants that is; no more than `limit` are counted."""
    known = _known(trigger)
    if isinstance(known, runtime.Every):
        (first, last), origin = schedule.window(known), schedule.origin(known)
        since, until = max(since, first or since), min(until, last or until)
        return max(0, (until - origin) // known.period + (origin - since) // known.period + 1)
    return sum(1 for _ in islice(firings(trigger, since, until), limit))


def _known(trigger: triggers.Cron | triggers.Every) -> runtime.Cron | runtime.Every | None:
    """The trigger as the runtime has it, None where its text or zone is wrong."""
    if isinstance(trigger, triggers.Every):
        return runtime.Every(trigger.period, trigger.start, trigger.end)
    if isinstance(parse(trigger.expression), CronProblem) or isinstance(zone(trigger.zone), UnknownZone):
        return None
    return runtime.Cron(trigger.expression, trigger.zone, trigger.start, trigger.end)


def divides_day(period: timedelta) -> bool:
    """Whether instants at multiples of the period fall on the same times of every day, or on whole days."""
    return _DAY % period == timedelta(0) or period % _DAY == timedelta(0)
