"""Schedules whose missed instants are made up for: a sensor starts a run for each instant that has become due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

import dagster as dg

from .due import due
from .filling import Filled
from .partitioned import partition_at
from .run import AT, TRIGGER

MANY = 50
"""Missed instants for which a look starts runs; the rest is the next one's."""


def start(flow: Filled) -> Callable[[dg.SensorEvaluationContext], dg.SensorResult]:
    """For a sensor: its cursor is up to where all instants have been looked at, and an instant has one run."""

    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        seen = datetime.fromisoformat(context.cursor) if context.cursor else None
        found = due(flow.schedules, seen, datetime.now(timezone.utc), most=MANY)
        asked = [
            dg.RunRequest(
                run_key=at.isoformat(),
                tags={AT: at.isoformat(), TRIGGER: "schedule", **partition_at(flow, at)},
            )
            for at in found.instants
        ]
        return dg.SensorResult(run_requests=asked, cursor=found.seen.isoformat())

    return look
