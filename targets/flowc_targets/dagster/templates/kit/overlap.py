"""Runs of which only so many go on at once: a further one is dropped, or the oldest ends for it.

What becomes of a run stands in a tag of it, whose value is the run's id: a run that is executed anew has the tags too.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime

import dagster as dg
from dagster import DagsterInstance, DagsterRunStatus, RunRecord, RunsFilter

from .limits import Limit
from .run import AT

ADMITTED, DROPPED, CANCELLED = "run/admitted", "run/dropped", "run/cancelled"
"""Tags of a run that goes on, of one that does not exist for the flow, and of one that was ended."""
WAITS = "run/waits"
"""The tag of a run that waits for its turn: when it last said so."""
PATIENCE = 60.0
"""Seconds for which runs that were asked for before are waited for: one whose process was lost never decides."""
_GOING = (DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING)
_ROOT, _BACKFILL = "dagster/root_run_id", "dagster/backfill"


# ------------------------------------------------------------------ one that an op starts waits for its turn


def wait_for_turn(instance: DagsterInstance, run: dg.DagsterRun, max_runs: int, allowed: Limit | None) -> None:
    """Wait until fewer runs of the job go on, the oldest instant first. AttemptTimeout when the time is over.

    What an op starts stands in no queue of Dagster's: it has not started, and a tag says that it waits.
    """
    told = float("-inf")
    while True:
        if time.monotonic() - told > PATIENCE / 6:
            told = time.monotonic()
            instance.add_run_tags(run.run_id, {WAITS: str(time.time())})
        if _is_next(instance, run, max_runs):
            return
        if allowed is not None:
            allowed.check()
        time.sleep(0.5)


def _is_next(instance: DagsterInstance, run: dg.DagsterRun, max_runs: int) -> bool:
    found = instance.get_run_records(
        RunsFilter(job_name=run.job_name, statuses=(DagsterRunStatus.NOT_STARTED, *_GOING))
    )
    going = [each for each in found if each.dagster_run.status in _GOING]
    queue = sorted((each for each in found if _waits(each)), key=_turn)
    places = [each.dagster_run.run_id for each in queue[: max(0, max_runs - len(going))]]
    return run.run_id in places


def waiting(instance: DagsterInstance, job: str) -> Iterable[RunRecord]:
    """The runs of the job that wait for their turn."""
    found = instance.get_run_records(RunsFilter(job_name=job, statuses=(DagsterRunStatus.NOT_STARTED,)))
    return (each for each in found if _waits(each))


def _waits(record: RunRecord) -> bool:
    """One that has not said so for long is of an op that died."""
    run = record.dagster_run
    is_told = time.time() - float(run.tags.get(WAITS, "-inf")) < PATIENCE
    return run.status == DagsterRunStatus.NOT_STARTED and is_told


def _turn(record: RunRecord) -> tuple[datetime, int]:
    return datetime.fromisoformat(record.dagster_run.tags[AT]), record.storage_id


# ------------------------------------------------------------------ a further one is dropped


def come_in(context: dg.OpExecutionContext, max_runs: int) -> None:
    """Skip the run, all of it, if so many of the job went on when it was asked for."""
    from .outcomes import OwnSkip

    instance, own = context.instance, context.instance.get_run_record_by_id(context.run_id)
    assert own is not None
    end = time.monotonic() + PATIENCE
    while any(_is_undecided(each) for each in _earlier(instance, own)) and time.monotonic() < end:
        time.sleep(0.5)
    if sum(_is_admitted(each) for each in _others(instance, own)) >= max_runs:
        mark(instance, context.run_id, DROPPED)
        raise OwnSkip(f"{max_runs} runs of this flow were going on: this one is dropped")
    mark(instance, context.run_id, ADMITTED)


def _others(instance: DagsterInstance, own: RunRecord) -> Iterable[RunRecord]:
    """The other runs of the job that go on, or went on when this one was asked for."""
    job, asked = own.dagster_run.job_name, own.create_timestamp
    found = {each.storage_id: each for each in instance.get_run_records(RunsFilter(job_name=job, statuses=_GOING))}
    for each in instance.get_run_records(RunsFilter(job_name=job, updated_after=asked)):
        if each.storage_id < own.storage_id and (each.end_time or 0) > asked.timestamp():
            found[each.storage_id] = each
    return [each for number, each in found.items() if number != own.storage_id]


def _earlier(instance: DagsterInstance, own: RunRecord) -> Iterable[RunRecord]:
    found = instance.get_run_records(RunsFilter(job_name=own.dagster_run.job_name, statuses=_GOING))
    return (each for each in found if each.storage_id < own.storage_id)


def _is_admitted(record: RunRecord) -> bool:
    """One that is executed anew goes on with what it was."""
    run = record.dagster_run
    return run.tags.get(ADMITTED) == run.run_id or (_ROOT in run.tags and run.tags.get(DROPPED) != run.run_id)


def _is_undecided(record: RunRecord) -> bool:
    run = record.dagster_run
    return not _is_admitted(record) and run.tags.get(DROPPED) != run.run_id


# ------------------------------------------------------------------ the oldest ends for it


def newer_one_waits(context: dg.OpExecutionContext, max_runs: int) -> bool:
    """Whether a run waits in the queue, and this is the oldest of so many that go on.

    These are looked at twice: a place that became free meanwhile is one that the newer run will have.
    """
    instance, job = context.instance, context.job_name
    going = _ids(instance, job, *_GOING)
    if len(going) < max_runs or going[0] != context.run_id:
        return False
    is_waited_for = bool(_ids(instance, job, DagsterRunStatus.QUEUED)) or any(waiting(instance, job))
    return is_waited_for and going == _ids(instance, job, *_GOING)


def _ids(instance: DagsterInstance, job: str, *statuses: DagsterRunStatus) -> list[str]:
    """Runs of the job, the oldest first; those of Dagster's backfills are queued all at once, and wait."""
    found = instance.get_run_records(RunsFilter(job_name=job, statuses=statuses), ascending=True)
    return [each.dagster_run.run_id for each in found if _BACKFILL not in each.dagster_run.tags]


def mark(instance: DagsterInstance, run_id: str, tag: str) -> None:
    """Say in its tags what becomes of a run."""
    instance.add_run_tags(run_id, {tag: run_id})


def is_marked(instance: DagsterInstance, run_id: str, tag: str) -> bool:
    """Whether that has become of a run."""
    run = instance.get_run_by_id(run_id)
    return run is not None and run.tags.get(tag) == run_id
