"""Which ticks of a schedule lead to runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import dagster as dg

from flowc.runtime.firings import EPOCH, cron_of, instants

LATEST = timedelta(minutes=10)
"""A tick that is older than this was missed, by a daemon that was down."""


class Clock:
    """The instants of a cron line on the clocks of a zone: what the clocks leave out is due when they go on, what they
    show twice the first time.
    """

    def __init__(self, line: str, zone: str) -> None:
        self._cron, self._zone = cron_of(line), ZoneInfo(zone)

    def __contains__(self, moment: datetime) -> bool:
        return any(True for _ in instants(self._cron, self._zone, moment, moment))


class Period:
    """The instants at multiples of a period, from a start or from 1970 on."""

    def __init__(self, period: timedelta, start: datetime = EPOCH) -> None:
        self._period, self._start = period, start

    def __contains__(self, moment: datetime) -> bool:
        return (moment - self._start) % self._period == timedelta(0)


def due_at(
    only: Clock | Period | None = None,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    drop_missed: bool = False,
) -> Callable[[dg.ScheduleEvaluationContext], bool]:
    """For `should_execute`: ticks at the instants of `only`, from `start` until `end`, both in; missed ones too, unless
    they are to be dropped.
    """

    def is_due(context: dg.ScheduleEvaluationContext) -> bool:
        moment = context.scheduled_execution_time.astimezone(timezone.utc)
        if only is not None and moment not in only:
            return False
        if (start is not None and moment < start) or (end is not None and moment > end):
            return False
        return not drop_missed or datetime.now(timezone.utc) - moment <= LATEST

    return is_due
