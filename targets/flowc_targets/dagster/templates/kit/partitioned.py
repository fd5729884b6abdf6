"""Partitions of a job as Dagster has them: a run for one is for the instant at which that is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timezone
from typing import Any

import dagster as dg

from .filling import Filled
from .partitions import STARTS, after, between, bounds, due, last_complete
from .run import AT, utc
from .triggers import Keys, Windows

PARTITION = "dagster/partition"
_KEYS = {"hour": "%Y-%m-%dT%H:%M%z"}
_DAY = "%Y-%m-%d"
_FIRST, _LAST = datetime(2, 1, 1, tzinfo=timezone.utc), datetime(9000, 1, 1, tzinfo=timezone.utc)


def partitioned(flow: Filled) -> dg.PartitionedConfig[Any]:
    """For `config` of a job: its partitions, and what a run for one is given."""
    return dg.PartitionedConfig(
        partitions_def=partitions_of(flow.partition),
        run_config_for_partition_key_fn=lambda key: _config(flow, key),
        tags_for_partition_key_fn=lambda key: {AT: utc(at)} if (at := _instant(flow, key)) else {},
    )


def run_for_partition(
    flow: Filled, is_due: Callable[[dg.ScheduleEvaluationContext], bool]
) -> Callable[[dg.ScheduleEvaluationContext], dg.RunRequest | dg.SkipReason]:
    """For `execution_fn` of a schedule: a run bears the partition that it works on, the last one that is over."""

    def execute(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if not is_due(context):
            return dg.SkipReason("no run is due at this tick")
        return dg.RunRequest(tags=dict(partition_at(flow, context.scheduled_execution_time)))

    return execute


def partition_at(flow: Filled, at: datetime) -> Mapping[str, str]:
    """The tag of the partition that is over last at an instant, where a job has windows."""
    windows = flow.partition
    if not isinstance(windows, Windows):
        return {}
    return {PARTITION: key_of(windows, last_complete(windows, at))}


def key_of(windows: Windows, start: date | datetime) -> str:
    """The key of a window."""
    return start.strftime(_KEYS.get(windows.unit, _DAY))


def _config(flow: Filled, key: str) -> Mapping[str, Any]:
    return {"resources": {"params": {"config": {flow.told: key}}}} if flow.told else {}


def partitions_of(partition: Windows | Keys | None) -> dg.PartitionsDefinition[Any]:
    """The partitions of a job, and of what it writes in its own."""
    if isinstance(partition, Keys):
        return dg.StaticPartitionsDefinition(list(partition.keys))
    assert partition
    first, (_, over) = next(between(partition, _FIRST, _LAST)), bounds(partition)
    return dg.TimeWindowPartitionsDefinition(
        start=key_of(partition, first),
        end=key_of(partition, after(partition, last_complete(partition, over))) if over else None,
        fmt=_KEYS.get(partition.unit, _DAY),
        timezone=partition.zone,
        cron_schedule=STARTS[partition.unit],
    )


def _instant(flow: Filled, key: str) -> datetime | None:
    """The instant for which a run is: the first of the schedules that works on the window, else the window's end."""
    if not isinstance(flow.partition, Windows):
        return None
    found = datetime.strptime(key, _KEYS.get(flow.partition.unit, _DAY))
    return due(flow.partition, found if flow.partition.unit == "hour" else found.date(), flow.schedules)
