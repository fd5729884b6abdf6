"""What happens while a live Prefect runs, and the runs that its triggers and the flow that looks for files start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from tests.live import examples
from tests.live.events import NEW, ORDER, ORDER_KEY, PATIENCE, all_started, lay
from tests.live.servers import Servers

TWO_LOOKS = 15.0
"""Seconds in which files are looked for again, and what would be started twice is."""


class Api(Protocol):
    """Prefect's REST."""

    def __call__(self, method: str, path: str, body: object = None) -> Any: ...


def happen(servers: Servers, api: Api, project: Path) -> None:
    """A file lands here and one there, once files have been looked for; what is posted is posted twice."""
    keys = [f"files-{flow}-{flow}".replace("_", "-") for flow in ("landing", "ingest_orders")]

    def have_looked() -> bool | None:
        found = api("POST", "artifacts/filter", {"artifacts": {"key": {"any_": keys}}})
        return {artifact["key"] for artifact in found} == {*keys} or None

    servers.until(have_looked, "no files are looked for", PATIENCE)
    lay(project, NEW)
    _post(api, "hooked", ORDER_KEY, {**ORDER, "note": None})
    _post(api, "ingest_orders", examples.KEY, {**examples.land(servers.env), "size": None})


def _post(api: Api, flow: str, key: str, event: Mapping[str, Any]) -> None:
    deployment = api("GET", f"deployments/name/{flow}/{flow}")["id"]
    posted = {
        "parameters": {"event": event},
        "idempotency_key": key,
        "job_variables": {"env": {"FLOW_STARTED_BY": "webhook"}},
    }
    for _ in range(2):
        api("POST", f"deployments/{deployment}/create_flow_run", posted)


def started(servers: Servers, api: Api) -> list[tuple[str, str]]:
    """The flow and id of each run."""
    ends = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")

    def runs(flow: str) -> list[tuple[str, bool]]:
        found = api("POST", "flow_runs/filter", {"flows": {"name": {"any_": [flow]}}})
        return [(run["id"], run["state_type"] in ends) for run in found]

    found = all_started(servers, runs, rest=TWO_LOOKS)
    return [(flow, run) for flow, those in found.items() for run in those]
