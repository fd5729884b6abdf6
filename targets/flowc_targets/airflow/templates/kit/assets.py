"""When assets were written, by Airflow's own events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, PokeReturnValue

from .deadline import Deadline
from .run import run_at
from .texts import text
from .waits import wait_for

_MARGIN = timedelta(minutes=1)
"""An event has the instant at which it was made, and is seen a little later."""


def wait_for_asset(
    context: Mapping[str, Any],
    asset: Asset,
    *,
    partition: date | None = None,
    poll: timedelta,
    timeout: timedelta | None = None,
    deadline: Deadline | None = None,
) -> PokeReturnValue:
    """Look whether an asset, one of the task's inlets, was written since the run's instant or before its start.

    Of a `partition`, which is what a task that writes it has noted in the event's `extra`, any write will do.
    """
    start = context["dag_run"].start_date
    since = min(run_at(context), start) if start else run_at(context)

    def is_written() -> bool:
        if partition is not None:
            return _is_partition_written(context, asset, text(partition))
        written = last_write(context, asset)
        return written is not None and written >= since

    return wait_for(context, is_written, poll=poll, timeout=timeout, deadline=deadline)


def _is_partition_written(context: Mapping[str, Any], asset: Asset, partition: str) -> bool:
    """Airflow finds no events by their `extra`: the first look goes through all, later ones through what has come."""
    first = context["ti"].get_first_reschedule_date(context)
    events = written_since(context, asset, first - _MARGIN) if first else context["inlet_events"][asset]
    return any((event.extra or {}).get("partition") == partition for event in events)


def last_write(context: Mapping[str, Any], asset: Asset) -> datetime | None:
    """When an inlet of the task was written last; None where it never was."""
    events = context["inlet_events"][asset]
    if hasattr(events, "limit"):  # all of them, where Airflow cannot be asked for the last one alone
        events = events.ascending(False).limit(1)
    return max((event.timestamp for event in events), default=None)


def written_since(context: Mapping[str, Any], asset: Asset, since: datetime) -> Sequence[Any]:
    """The events of an inlet of the task from an instant on, the oldest first."""
    events = context["inlet_events"][asset]
    if hasattr(events, "after"):  # before 3.1, Airflow hands over all of them
        events = events.after(since.isoformat())
    return [event for event in events if event.timestamp >= since]
