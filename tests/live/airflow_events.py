"""What happens while a live Airflow runs, and the runs that the DAGs beside those of the flows start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.live import examples
from tests.live.events import NEW, ORDER, ORDER_KEY, PATIENCE, all_started, lay
from tests.live.servers import Servers
from tests.live.web import Refused

TWO_LOOKS = 15.0
"""Seconds in which files are looked for again, and what would be started twice is."""
COMPANIONS = (
    *("landing.files", "counting.events", "closing.events", "both.all_events_1", "alarm.events"),
    *("outer.events", "after_inner.events", "deeper.events", "pealing.events", "answering.events", "taking.events"),
    *("ingest_orders.files", "build_facts.all_events_1", "report.events", "hearing.events"),
)


class Api(Protocol):
    """Airflow's REST."""

    def __call__(self, method: str, path: str, body: object = None) -> Any: ...


def happen(servers: Servers, api: Api, project: Path) -> None:
    """A file lands here and one there, once files have been looked for; what is posted is posted twice."""

    def have_looked() -> bool | None:
        looks = [api("GET", f"dags/{flow}.files/dagRuns")["dag_runs"] for flow in ("landing", "ingest_orders")]
        return all(any(run["state"] == "success" for run in runs) for runs in looks) or None

    servers.until(have_looked, "no files are looked for", PATIENCE)
    lay(project, NEW)
    _post(api, "hooked", ORDER_KEY, {**ORDER, "note": None})
    _post(api, "ingest_orders", examples.KEY, {**examples.land(servers.env), "size": None})


def _post(api: Api, flow: str, key: str, event: Mapping[str, Any]) -> None:
    posted = {"dag_run_id": f"webhook__{key}", "logical_date": None, "conf": {"event": event}}
    api("POST", f"dags/{flow}/dagRuns", posted)
    with pytest.raises(Refused, match="409"):
        api("POST", f"dags/{flow}/dagRuns", posted)


def started(servers: Servers, api: Api) -> Mapping[str, Sequence[str]]:
    """The runs of each flow."""

    def runs(flow: str) -> list[tuple[str, bool]]:
        found = api("GET", f"dags/{flow}/dagRuns")["dag_runs"]
        return [(run["dag_run_id"], run["state"] in ("success", "failed")) for run in found]

    return all_started(servers, runs, rest=TWO_LOOKS)
