"""What the Prefect server knows of a flow run: its task runs, their states, how often they ran, their results."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from prefect import task
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, FlowRunFilterParentFlowRunId
from prefect.client.schemas.objects import FlowRun, StateType, TaskRun
from prefect.client.schemas.sorting import FlowRunSort, TaskRunSort
from prefect.events.worker import EventsWorker
from prefect.exceptions import ObjectNotFound
from prefect.states import get_state_result
from prefect.utilities.asyncutils import run_coro_as_sync

PAGE = 200
PATIENCE = 60.0
"""Seconds: task runs are sent to the server as events, which it records a little later."""


@task(name="recorded")
def _last() -> None:
    """A task run of no flow run, after all others."""


def all_recorded(client: SyncPrefectClient) -> Any:
    """Wait until what was sent has been recorded: the server takes it in order, so until one more task run has been.

    Gives the id of that one; Prefect may count it to the flow run that has just ended.
    """
    last = _last(return_state=True).state_details.task_run_id
    assert last is not None
    EventsWorker.drain_all()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if client.read_task_run(last).state_type == StateType.COMPLETED:
                break
        except ObjectNotFound:
            pass
        time.sleep(0.05)
    return last


def runs(
    client: SyncPrefectClient,
    run_id: Any,
    types: Mapping[str, str],
    last: Any,
    parts: Mapping[str, Mapping[str, str]] | None = None,
) -> Iterator[dict[str, Any]]:
    """The run, and those that it started, the latest first; of its `parts` with the types of their tasks."""
    run = client.read_flow_run(run_id)
    children = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run_id])),
        sort=FlowRunSort.ID_DESC,
        limit=PAGE,
    )
    yield _record(client, run, {last, *(child.parent_task_run_id for child in children)}, types)
    for child in children:
        flow = client.read_flow(child.flow_id).name
        for found in runs(client, child.id, (parts or {}).get(flow, {}), last):
            yield {"flow": flow, **found}


def _record(client: SyncPrefectClient, run: FlowRun, stand_ins: set[Any], types: Mapping[str, str]) -> dict[str, Any]:
    """A run with its task runs; those that stand in for the runs of other flows are left out."""
    found = _of_last([each for each in _settled(client, run) if each.id not in stand_ins], run.run_count)
    assert run.state is not None
    return {
        "run_id": str(run.id),
        "state": run.state.name,
        "type": run.state.type.value,
        "message": run.state.message,
        "tasks": [_task(each, types) | {"spans": _spans(client, each)} for each in found],
    }


def _of_last(found: list[TaskRun], count: int) -> list[TaskRun]:
    """The task runs of the last time that the flow run ran.

    Those that never began bear no count of it, but the time of their state: `created` is when the server heard of them.
    """
    began = [each for each in found if each.flow_run_run_count == count]
    since = min((each.start_time for each in began if each.start_time), default=None) if count > 1 else None
    never = [each for each in found if not each.flow_run_run_count]
    return [*began, *(each for each in never if not since or (each.state and each.state.timestamp >= since))]


def _task(run: TaskRun, types: Mapping[str, str]) -> dict[str, Any]:
    assert run.state is not None
    task = run.name if run.name in types else run.name.rpartition("[")[0]
    return {
        "name": run.name,
        "state": run.state.name,
        "type": run.state.type.value,
        "attempts": run.run_count,
        "message": run.state.message,
        "value": _value(run, types[task]) if task in types and run.state.name == "Completed" else None,
    }


def _spans(client: SyncPrefectClient, run: TaskRun) -> list[tuple[float, float]]:
    """When each attempt began and ended.

    The end of one that is followed by a pause is what the pause was reckoned from; its state is a little younger.
    """
    if not run.run_count:
        return []
    states = sorted(client.read_task_run_states(run.id), key=lambda state: state.timestamp)
    delay = run.empirical_policy.retry_delay
    delays: list[float] = [*delay] if isinstance(delay, list) else [delay or 0]
    found: list[tuple[float, float]] = []
    for state, after in pairwise(states):
        if state.type.value != "RUNNING":
            continue
        end = after.timestamp.timestamp()
        if (until := after.state_details.scheduled_time) is not None:
            end = min(end, until.timestamp() - delays[min(len(found), len(delays) - 1)])
        found.append((state.timestamp.timestamp(), end))
    return found


def _value(run: TaskRun, type_: str) -> str:
    """The result as the one text that carries a value, by the project's own code."""
    from flowkit.values import encode

    assert run.state is not None
    return encode(run_coro_as_sync(get_state_result(run.state, raise_on_failure=False)), type_)


def _settled(client: SyncPrefectClient, run: FlowRun) -> list[TaskRun]:
    """All task runs, once their last states have been recorded."""
    end = time.monotonic() + PATIENCE
    before: list[tuple[Any, Any]] = []
    while True:
        found = list(_task_runs(client, run))
        now = sorted((str(each.id), str(each.state_id)) for each in found)
        if (now == before and all(map(_is_settled, found))) or time.monotonic() > end:
            return found
        before = now  # type: ignore[assignment]
        time.sleep(0.15)


def _is_settled(run: TaskRun) -> bool:
    return run.state is not None and (run.state.is_final() or run.state.name == "NotReady")


def _task_runs(client: SyncPrefectClient, run: FlowRun) -> Iterator[TaskRun]:
    offset = 0
    while True:
        page = client.read_task_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])),
            sort=TaskRunSort.ID_DESC,
            limit=PAGE,
            offset=offset,
        )
        yield from page
        if len(page) < PAGE:
            return
        offset += PAGE
