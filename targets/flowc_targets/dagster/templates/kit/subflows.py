"""Runs of other jobs: an op that starts one, waits for it and ends as it did."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Event, Thread
from typing import Any

import dagster as dg
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.definitions.reconstruct import bootstrap_standalone_recon_job
from dagster._core.execution.api import execute_run

from . import types
from .deadline import PARENT, UNTIL
from .errors import AttemptTimeout, TaskFailure
from .limits import LISTEN, Limit, limit
from .outcomes import Outcome, OwnSkip
from .overlap import CANCELLED, DROPPED, is_marked, mark, wait_for_turn
from .run import AT, TRIGGER, run_at
from .texts import plain
from .values import conform

_SRC = Path(__file__).parents[2]
"""Where the packages of the project are: a step's process looks for the job there, whatever its path begins with."""


def to_config(value: Any, type: str) -> Any:
    """A value as the JSON that a run's config is."""
    return plain(conform(value, type), types.of(type))


def run_flow(
    context: dg.OpExecutionContext,
    job: dg.JobDefinition,
    params: Mapping[str, Any],
    *,
    returns: str | None = None,
    within: timedelta | Limit | None = None,
    max_runs: int | None = None,
) -> Any:
    """Run a job for the same instant; what its op `returns` gave. TaskFailure where it fails.

    OwnSkip where the run was dropped. `within` is how long it may take: then it ends what it does, and this is an
    AttemptTimeout. With `max_runs` it waits until fewer runs of the job go on.
    """
    allowed = None if within is None else limit(within)
    until = None if allowed is None else datetime.now(timezone.utc) + allowed.within
    run_config = {"resources": {"params": {"config": dict(params)}}} if params else {}
    tags = {AT: run_at(context).isoformat(), TRIGGER: "run", PARENT: context.run_id}
    tags |= {UNTIL: until.isoformat()} if until else {}
    instance = context.instance
    if not instance.is_persistent:  # as in a test: other processes would not see it
        result = job.execute_in_process(run_config, instance=instance, tags=tags, raise_on_error=False)
    else:
        run = instance.create_run_for_job(job, run_config=run_config, tags={**job.run_tags, **tags})
        context.log.info(f"{job.name} runs as {run.run_id}")
        result = _executed(instance, job, run, allowed, max_runs)
    if not result.success:
        if until is not None and until <= datetime.now(timezone.utc):
            raise AttemptTimeout("the time is over")
        raise TaskFailure(f"{job.name} failed")
    if is_marked(instance, result.run_id, DROPPED):
        raise OwnSkip(f"the run of {job.name} was dropped")
    if returns is None:
        return None
    with result if isinstance(result, dg.JobExecutionResult) else nullcontext():
        found = result.output_for_node(returns)
    return found.value if isinstance(found, Outcome) else found


def _executed(
    instance: dg.DagsterInstance, job: dg.JobDefinition, run: dg.DagsterRun, allowed: Limit | None, max_runs: int | None
) -> dg.JobExecutionResult:
    """Its executor is that of the job, whose steps are processes beside this one."""
    try:
        if max_runs is not None:
            wait_for_turn(instance, run, max_runs, allowed)
    except BaseException:
        instance.report_run_canceled(run)
        raise
    name = next(name for name, value in vars(sys.modules[job.__module__]).items() if value is job)
    pointer = ModuleCodePointer(job.__module__, name, str(_SRC))
    with _ended_with(instance, run, allowed):
        return execute_run(bootstrap_standalone_recon_job(pointer), run, instance)


@contextmanager
def _ended_with(instance: dg.DagsterInstance, run: dg.DagsterRun, allowed: Limit | None) -> Iterator[None]:
    """Tell the run, which goes on in other processes, when somebody finds that this one has to end."""
    look = allowed.look if allowed is not None else None
    if look is None:
        yield
        return
    is_over = Event()

    def watch() -> None:
        while not is_over.wait(LISTEN):
            if look():
                mark(instance, run.run_id, CANCELLED)
                return

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()
