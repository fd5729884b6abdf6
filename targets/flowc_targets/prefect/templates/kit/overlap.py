"""The oldest run of a deployment ends for a newer one that waits for its place."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from prefect import get_client, get_run_logger
from prefect.client.schemas import FlowRun
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort

from .facts import flow_run

LISTEN = 2.0
"""Seconds between looks."""
_GOING = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
"""The states in which a run has one of the deployment's places."""
_WAITING = "AwaitingConcurrencySlot"


async def newer_one_waits(max_runs: int) -> None:
    """Look again and again until a run waits, and this is the oldest of `max_runs` that go on."""
    run = flow_run()
    if run.deployment_id is None:
        await asyncio.Event().wait()  # nobody counts the runs that no deployment has started
    while True:
        await asyncio.sleep(LISTEN)
        try:
            if await _is_to_end(run, max_runs):
                return
        except Exception as error:  # the server may be away for a while: the next look tells
            get_run_logger().warning("cannot see whether a newer run waits: %s", error)


async def _is_to_end(run: FlowRun, max_runs: int) -> bool:
    """Those that go on are looked at twice: a place that became free meanwhile is one that the newer run will have."""
    going = await _runs(run, state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[*_GOING])))
    if len(going) < max_runs or going[0] != run.id:
        return False
    waiting = await _runs(run, state=FlowRunFilterState(name=FlowRunFilterStateName(any_=[_WAITING])))
    still = await _runs(run, state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[*_GOING])))
    return bool(waiting) and still == going


async def _runs(run: FlowRun, *, state: FlowRunFilterState) -> Sequence[Any]:
    """The ids of the deployment's runs in a state, the oldest first."""
    assert run.deployment_id is not None
    async with get_client() as client:
        found = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[run.deployment_id]), state=state
            ),
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        )
    return [each.id for each in found]
