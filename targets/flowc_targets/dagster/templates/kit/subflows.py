"""Runs of other jobs: an op that starts one, waits for it and ends as it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from . import types
from .errors import TaskFailure
from .outcomes import Outcome
from .run import AT, TRIGGER, run_at
from .texts import plain
from .values import conform


def to_config(value: Any, type: str) -> Any:
    """A value as the JSON that a run's config is."""
    return plain(conform(value, type), types.of(type))


def run_flow(
    context: dg.OpExecutionContext, job: dg.JobDefinition, params: Mapping[str, Any], *, returns: str | None = None
) -> Any:
    """Run a job for the same instant, in this process; what its op `returns` gave. TaskFailure where it fails."""
    result = job.execute_in_process(
        run_config={"resources": {"params": {"config": dict(params)}}} if params else {},
        instance=context.instance,
        resources={"io_manager": dg.FilesystemIOManager(base_dir=context.instance.storage_directory())},
        tags={AT: run_at(context).isoformat(), TRIGGER: "run", "dagster/parent_run_id": context.run_id},
        raise_on_error=False,
    )
    context.log.info(f"{job.name} ran as {result.run_id}")
    if not result.success:
        raise TaskFailure(f"{job.name} failed")
    if returns is None:
        return None
    found = result.output_for_node(returns)
    return found.value if isinstance(found, Outcome) else found
