"""Runs of other jobs: an op that starts one, waits for it and ends as it did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import dagster as dg

from . import types
from .deadline import UNTIL
from .errors import AttemptTimeout, TaskFailure
from .limits import ABOVE, Limit, limit
from .outcomes import Outcome, OwnSkip
from .overlap import DROPPED, is_marked
from .run import AT, TRIGGER, run_at
from .texts import plain
from .values import conform


def to_config(value: Any, type: str) -> Any:
    """A value as the JSON that a run's config is."""
    return plain(conform(value, type), types.of(type))


def _executed(job: dg.JobDefinition, allowed: Limit | None, **named: Any) -> dg.ExecuteInProcessResult:
    """Its tasks look, too, whether the run that this op is part of has to end."""
    look = allowed.look if allowed is not None else None
    if look is None:
        return job.execute_in_process(**named)
    ABOVE.append(look)
    try:
        return job.execute_in_process(**named)
    finally:
        ABOVE.remove(look)


def run_flow(
    context: dg.OpExecutionContext,
    job: dg.JobDefinition,
    params: Mapping[str, Any],
    *,
    returns: str | None = None,
    within: timedelta | Limit | None = None,
) -> Any:
    """Run a job for the same instant, in this process; what its op `returns` gave. TaskFailure where it fails.

    OwnSkip where the run was dropped. `within` is how long it may take: then it ends what it does, and this is an
    AttemptTimeout.
    """
    allowed = None if within is None else limit(within)
    until = None if allowed is None else datetime.now(timezone.utc) + allowed.within
    result = _executed(
        job,
        allowed,
        run_config={"resources": {"params": {"config": dict(params)}}} if params else {},
        instance=context.instance,
        resources={"io_manager": dg.FilesystemIOManager(base_dir=context.instance.storage_directory())},
        tags={
            AT: run_at(context).isoformat(),
            TRIGGER: "run",
            "dagster/parent_run_id": context.run_id,
            **({UNTIL: until.isoformat()} if until else {}),
        },
        raise_on_error=False,
    )
    context.log.info(f"{job.name} ran as {result.run_id}")
    if not result.success:
        if until is not None and until <= datetime.now(timezone.utc):
            raise AttemptTimeout("the time is over")
        raise TaskFailure(f"{job.name} failed")
    if is_marked(context.instance, result.run_id, DROPPED):
        raise OwnSkip(f"the run of {job.name} was dropped")
    if returns is None:
        return None
    found = result.output_for_node(returns)
    return found.value if isinstance(found, Outcome) else found
