"""What the Prefect server knows of a flow run: its task runs, their states, how often they ran, their results."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, FlowRunFilterParentFlowRunId
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.client.schemas.sorting import FlowRunSort, TaskRunSort
from prefect.states import get_state_result
from prefect.utilities.asyncutils import run_coro_as_sync

PAGE = 200
PATIENCE = 20.0
"""Seconds: task runs are sent to the server as events, which it records a little later."""


def runs(client: SyncPrefectClient, run_id: Any, types: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The run, and those that it started."""
    run = client.read_flow_run(run_id)
    children = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run_id])),
        sort=FlowRunSort.ID_DESC,
        limit=PAGE,
    )
    yield _record(client, run, {child.parent_task_run_id for child in children}, types)
    for child in children:
        yield from runs(client, child.id, {})


def _record(client: SyncPrefectClient, run: FlowRun, stand_ins: set[Any], types: Mapping[str, str]) -> dict[str, Any]:
    """A run with its task runs; those that stand in for the runs of other flows are left out."""
    found = [each for each in _settled(client, run) if each.id not in stand_ins]
    assert run.state is not None
    return {
        "run_id": str(run.id),
        "state": run.state.name,
        "type": run.state.type.value,
        "message": run.state.message,
        "tasks": [_task(each, types) | {"spans": _spans(client, each)} for each in found],
    }


def _task(run: TaskRun, types: Mapping[str, str]) -> dict[str, Any]:
    assert run.state is not None
    task = run.name if run.name in types else run.name.rpartition("[")[0]
    return {
        "name": run.name,
        "state": run.state.name,
        "type": run.state.type.value,
        "attempts": run.run_count,
        "value": _value(run, types[task]) if task in types and run.state.name == "Completed" else None,
    }


def _spans(client: SyncPrefectClient, run: TaskRun) -> list[tuple[float, float]]:
    """When each attempt began and ended."""
    if not run.run_count:
        return []
    states = sorted(client.read_task_run_states(run.id), key=lambda state: state.timestamp)
    moments = [(state.type.value, state.timestamp.timestamp()) for state in states]
    pairs = zip(moments, moments[1:])  # noqa: B905 - the last has none after it
    return [(start, end) for (type_, start), (_, end) in pairs if type_ == "RUNNING"]


def _value(run: TaskRun, type_: str) -> str:
    """The result as the one text that carries a value, by the project's own code."""
    from flowkit.values import encode

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
