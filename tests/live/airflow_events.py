"""What happens while a live Airflow runs, and the runs that the DAGs beside those of the flows start."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.live.events import NEW, ORDER, ORDER_KEY, RUN_ONCE, lay
from tests.live.servers import Servers
from tests.live.web import Refused

PATIENCE = 300.0
TWO_LOOKS = 15.0
"""Seconds in which files are looked for again, and what would be started twice is."""
COMPANIONS = (
    *("landing.files", "counting.events", "closing.events", "both.all_events_1", "alarm.events"),
    *("outer.events", "after_inner.events", "deeper.events"),
)


class Api(Protocol):
    """Airflow's REST."""

    def __call__(self, method: str, path: str, body: object = None) -> Any: ...


def happen(servers: Servers, api: Api, project: Path) -> None:
    """A file lands, once files have been looked for; an order is posted twice."""

    def has_looked() -> bool | None:
        runs = api("GET", "dags/landing.files/dagRuns")["dag_runs"]
        return any(run["state"] == "success" for run in runs) or None

    servers.until(has_looked, "no files are looked for", PATIENCE)
    lay(project, NEW)
    posted = {
        "dag_run_id": f"webhook__{ORDER_KEY}",
        "logical_date": None,
        "conf": {"event": {**ORDER, "note": None}},
    }
    api("POST", "dags/hooked/dagRuns", posted)
    with pytest.raises(Refused, match="409"):
        api("POST", "dags/hooked/dagRuns", posted)


def started(servers: Servers, api: Api) -> Mapping[str, Sequence[str]]:
    """The runs of each flow, once all have one that is over and nothing more comes."""

    def over() -> dict[str, list[str]] | None:
        found = {flow: api("GET", f"dags/{flow}/dagRuns")["dag_runs"] for flow in RUN_ONCE}
        if not all(runs and all(run["state"] in ("success", "failed") for run in runs) for runs in found.values()):
            return None
        return {flow: [run["dag_run_id"] for run in runs] for flow, runs in found.items()}

    servers.until(over, "not all events have started a run", PATIENCE)
    time.sleep(TWO_LOOKS)
    return servers.until(over, "a further run has not ended", PATIENCE)
