"""Backfills: flow runs whose scheduled time is past, each of which a worker takes up at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas import FlowRun
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
)
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled

from . import filling
from .errors import UsageError
from .facts import STARTED_BY
from .filling import Filled, Found, State
from .pieces import Piece

_MANY = 200


def fill(flows: Sequence[Filled], arguments: Sequence[str] | None = None) -> int:
    """Do what a command line says; the exit code."""
    with get_client(sync_client=True) as client:
        try:
            return filling.fill(flows, _Prefect(client), arguments)
        except httpx.ConnectError as error:
            raise SystemExit(f"PREFECT_API_URL is {client.api_url}, and does not answer: {error}") from None


class _Prefect:
    def __init__(self, client: SyncPrefectClient) -> None:
        self.client = client
        self._deployments: dict[str, DeploymentResponse] = {}

    def runs(self, flow: Filled, piece: Piece, params: Mapping[str, Any]) -> Sequence[Found]:
        """Those for the same instant, whoever asked for them; where partitions have names, those of backfills."""
        if piece.at is None:
            keys = [_key(piece, params, number) for number in range(1, _MANY + 1)]
            those = FlowRunFilter.model_validate({"idempotency_key": {"any_": keys}})
        else:
            at = piece.at.astimezone(timezone.utc)
            span = {"after_": at - timedelta(seconds=1), "before_": at + timedelta(seconds=1)}
            those = FlowRunFilter.model_validate({"expected_start_time": span})
        found = self.client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[self._deployment(flow).id])),
            flow_run_filter=those,
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=_MANY,
        )
        given = self._given(flow, piece, params)
        mine = [run for run in found if run.parameters == given and _is_for(run, piece.at)]
        return [Found(str(run.id), _state(run)) for run in sorted(mine, key=_created)]

    def start(self, flow: Filled, piece: Piece, params: Mapping[str, Any], number: int) -> str:
        """A flow run of the deployment."""
        run = self.client.create_flow_run_from_deployment(
            self._deployment(flow).id,
            parameters=self._given(flow, piece, params),
            state=Scheduled(scheduled_time=piece.at) if piece.at else None,
            idempotency_key=_key(piece, params, number),
            job_variables={"env": {STARTED_BY: "backfill"}},
        )
        return str(run.id)

    def state(self, run: str) -> State:
        """How it is with a flow run."""
        return _state(self.client.read_flow_run(UUID(run)))

    def _deployment(self, flow: Filled) -> DeploymentResponse:
        name = f"{flow.name}/{flow.name}"
        if name not in self._deployments:
            try:
                self._deployments[name] = self.client.read_deployment_by_name(name)
            except ObjectNotFound:
                raise UsageError(f"there is no deployment {name}: prefect deploy --all") from None
        return self._deployments[name]

    def _given(self, flow: Filled, piece: Piece, params: Mapping[str, Any]) -> dict[str, Any]:
        """All of a run's parameters, those of the deployment beside them."""
        named = {flow.told: piece.partition} if flow.told else {}
        return {**self._deployment(flow).parameters, **params, **named}


def _key(piece: Piece, params: Mapping[str, Any], number: int) -> str:
    said = f" {json.dumps(dict(params), sort_keys=True)}" if params else ""
    return f"backfill {piece.name}{said} #{number}"


def _is_for(run: FlowRun, at: datetime | None) -> bool:
    return at is None or run.expected_start_time == at


def _created(run: FlowRun) -> datetime:
    return run.created or datetime.min.replace(tzinfo=timezone.utc)


def _state(run: FlowRun) -> State:
    if run.state is None or not run.state.is_final():
        return "going"
    return "succeeded" if run.state.is_completed() else "failed"
