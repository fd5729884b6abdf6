"""Backfills of a live Airflow, by the commands that the project's README has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.live.backfills import RUN
from tests.live.servers import NotServing, Servers

PATIENCE = 300.0


class Api(Protocol):
    """Airflow's REST."""

    def __call__(self, method: str, path: str, body: object = None) -> Any: ...


def fill(servers: Servers, api: Api, project: Path, bin_: Path) -> Mapping[str, Sequence[str]]:
    """Have everything filled twice; the runs of each flow by their instants."""
    text = (project / "README.md").read_text("utf-8")
    (told,) = re.findall(r"^## Backfills$.+?^```sh\n(.+?)^```", text, re.MULTILINE | re.DOTALL)
    commands = [line for line in told.splitlines() if any(f" {flow} " in line for flow in RUN)]
    assert len(commands) == len(RUN), told
    for command in commands:
        servers.call("sh", "-c", f"PATH={bin_}:$PATH; {command}")
    _wait(servers, api)
    for command in commands:
        again = f"PATH={bin_}:$PATH; {command}"
        if "dags trigger" in command:
            with pytest.raises(NotServing, match="already exists"):
                servers.call("sh", "-c", again)
        else:
            servers.call("sh", "-c", again)
    _wait(servers, api)
    return {flow: [run["dag_run_id"] for run in _runs(api, flow)] for flow in RUN}


def _wait(servers: Servers, api: Api) -> None:
    def over() -> bool | None:
        backfills = [each for flow in RUN for each in api("GET", f"backfills?dag_id={flow}")["backfills"]]
        if any(each["completed_at"] is None for each in backfills):
            return None
        states = [run["state"] for flow in RUN for run in _runs(api, flow)]
        return all(state in ("success", "failed") for state in states) or None

    servers.until(over, "the backfills are not over", PATIENCE)


def _runs(api: Api, flow: str) -> list[dict[str, Any]]:
    return api("GET", f"dags/{flow}/dagRuns?order_by=run_after")["dag_runs"]
