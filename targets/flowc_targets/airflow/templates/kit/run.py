"""What a task knows of the run that it is part of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

EVENTS = ("asset", "file", "flow", "webhook")
"""What the id of a run begins with that an event has started: `file__...`."""
_PARTITION = "partition"
"""What the id of a run begins with that is for a partition with a name; Airflow keeps `backfill__` for its own."""
_TRIGGERS = {"scheduled": "schedule", "backfill": "backfill", "operator_triggered": "run"}
_CHILD = re.compile(r"\.-?\d+\.\d+$")
"""What the id of a run ends with that a task has started: its map index and its attempt."""


def run_at(context: Mapping[str, Any], zone: str = "UTC") -> datetime:
    """The instant that the run is for, on the clocks of a zone."""
    run = context["dag_run"]
    moment = (run.logical_date or run.run_after).astimezone(ZoneInfo(zone))
    found = datetime.fromtimestamp(moment.timestamp(), timezone(moment.utcoffset() or timedelta(0)))
    return found.replace(microsecond=moment.microsecond)


def run_date(context: Mapping[str, Any], zone: str = "UTC") -> date:
    """The date of that instant there."""
    return run_at(context, zone).date()


def began(context: Mapping[str, Any], turn: str | None) -> datetime:
    """When the run began: where it may have had to wait for its turn, when that task let it go on."""
    came_in = context["ti"].xcom_pull(task_ids=turn, map_indexes=-1) if turn else None
    return datetime.fromisoformat(came_in) if came_in else context["dag_run"].start_date


def run_trigger(context: Mapping[str, Any]) -> str:
    """What started the run: `manual`, `schedule`, `backfill`, an event's kind, or `run` where another one did."""
    run = context["dag_run"]
    kind = str(getattr(run.run_type, "value", run.run_type))
    begin, mark, _ = run.run_id.partition("__")
    is_child = kind == "operator_triggered" and _CHILD.search(run.run_id)
    if mark and begin in (*EVENTS, _PARTITION) and not is_child:
        return begin if begin in EVENTS else "backfill"
    return _TRIGGERS.get(kind, "manual")
