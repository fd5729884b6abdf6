"""Which ticks of a schedule lead to runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import dagster as dg

LATEST = timedelta(minutes=10)
"""A tick that is older than this was missed, by a daemon that was down."""


def due_at(
    *, start: datetime | None = None, end: datetime | None = None, drop_missed: bool = False
) -> Callable[[dg.ScheduleEvaluationContext], bool]:
    """For `should_execute`: ticks from `start` until `end`, both in; missed ones only if they are not to be dropped."""

    def is_due(context: dg.ScheduleEvaluationContext) -> bool:
        moment = context.scheduled_execution_time.astimezone(timezone.utc)
        if (start is not None and moment < start) or (end is not None and moment > end):
            return False
        return not drop_missed or datetime.now(timezone.utc) - moment <= LATEST

    return is_due
