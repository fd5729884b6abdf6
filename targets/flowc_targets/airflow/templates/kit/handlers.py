"""The ends of a run: which handlers are due, and what is told to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from .rules import has_failed, skip_unless
from .run import began, run_date
from .texts import duration_text

Context = Mapping[str, Any]


def due_after_failure(context: Context, tasks: Iterable[str]) -> None:
    """Skip what follows unless one of these has failed or was blocked."""
    skip_unless(any(has_failed(context, task) for task in tasks), "nothing has failed")


def due_after_success(context: Context, tasks: Iterable[str]) -> None:
    """Skip what follows if one of these has failed or was blocked."""
    skip_unless(not any(has_failed(context, task) for task in tasks), "something has failed")


def due_when_late(context: Context, sla: timedelta | time, zone: str = "UTC", *, turn: str | None = None) -> str:
    """Skip what follows unless the run is late, after a while or from a time of its day on; by how much it is.

    `turn` is the task that lets a run begin which may have to wait.
    """
    if isinstance(sla, timedelta):
        moment = began(context, turn) + sla
    else:
        moment = datetime.combine(run_date(context, zone), sla, ZoneInfo(zone))
    lateness = datetime.now(timezone.utc) - moment
    skip_unless(lateness > timedelta(0), "the run is not late")
    return duration_text(lateness)
