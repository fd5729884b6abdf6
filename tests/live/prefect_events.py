"""What happens while a live Prefect runs, and the runs that its triggers and the flow that looks for files start."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Protocol

from tests.live.events import NEW, ORDER, ORDER_KEY, RUN_ONCE, lay
from tests.live.servers import Servers

PATIENCE = 300.0
TWO_LOOKS = 15.0
"""Seconds in which files are looked for again, and what would be started twice is."""


class Api(Protocol):
    """Prefect's REST."""

    def __call__(self, method: str, path: str, body: object = None) -> Any: ...


def happen(servers: Servers, api: Api, project: Path) -> None:
    """A file lands, once files have been looked for; an order is posted twice."""
    wanted = {"artifacts": {"key": {"any_": ["files-landing-landing"]}}}
    servers.until(lambda: api("POST", "artifacts/filter", wanted) or None, "no files are looked for", PATIENCE)
    lay(project, NEW)
    hooked = api("GET", "deployments/name/hooked/hooked")["id"]
    posted = {
        "parameters": {"event": {**ORDER, "note": None}},
        "idempotency_key": ORDER_KEY,
        "job_variables": {"env": {"FLOW_STARTED_BY": "webhook"}},
    }
    for _ in range(2):
        api("POST", f"deployments/{hooked}/create_flow_run", posted)


def started(servers: Servers, api: Api) -> list[tuple[str, str]]:
    """The flow and id of each run, once all have one that is over and nothing more comes."""

    def over() -> list[tuple[str, str]] | None:
        found = {flow: api("POST", "flow_runs/filter", {"flows": {"name": {"any_": [flow]}}}) for flow in RUN_ONCE}
        ended = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
        if not all(runs and all(run["state_type"] in ended for run in runs) for runs in found.values()):
            return None
        return [(flow, run["id"]) for flow, runs in found.items() for run in runs]

    servers.until(over, "not all events have started a run", PATIENCE)
    time.sleep(TWO_LOOKS)
    return servers.until(over, "a further run has not ended", PATIENCE)
