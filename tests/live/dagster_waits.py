"""A live Dagster with assets that grow old and with waits: its daemon says which are late, answers are reported."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from flowc_targets.dagster import engine
from tests.live import dagster
from tests.live.asked import Asked
from tests.live.servers import Servers, free_port, serving
from tests.live.waiting import FLOWS, Waited, grow_old_and_wait, traces
from tests.live.web import ask

_AGES = "{ assetNodes { assetKey { path } freshnessStatusInfo { freshnessStatus } } }"
_SAID = {"HEALTHY": "fresh", "DEGRADED": "late", "UNKNOWN": "unknown"}
_LOGS = """
query ($id: ID!) {
  logsForRun(runId: $id) { ... on EventConnection { events { ... on MessageEvent { message } } } }
}
"""


@frozen
class _Dagster:
    servers: Servers
    api: Any
    url: str

    def start(self, asked: Asked) -> str:
        return dagster.start(self.api, asked)

    def wait(self, flow: str, run: str) -> None:
        dagster.wait(self.servers, self.api, flow, run)

    def ages(self) -> Mapping[str, str]:
        found = {node["assetKey"]["path"][0]: node["freshnessStatusInfo"] for node in self.api.ask(_AGES)}
        return {name: _SAID[info["freshnessStatus"]] for name, info in found.items() if info}

    def asks(self, run: str) -> bool:
        """Whether the log says what the answer is to be."""
        events = self.api.ask(_LOGS, id=run)["events"]
        return any(f"yes {run[:8]} by NAME" in event.get("message", "") for event in events)

    def answer(self, run: str, *, yes: bool) -> None:
        """As the log says, or the page of the asset has it."""
        said = {"description": f"{'yes' if yes else 'no'} {run[:8]} by ann"}
        ask("POST", f"{self.url}/report_asset_materialization/approval/asking/ask", said)


def see(python: Path, project: Path, home: Path) -> Waited:
    """Let assets grow old, and runs wait, on a Dagster of its own in `home`."""
    code, port = free_port(), free_port()
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(project / "dagster.yaml", home)
    with serving(home, "dagster", dagster.settings(home, project)) as servers:
        dagster.serve(servers, python, project, code, port, "waits")
        url = f"http://127.0.0.1:{port}"
        api = dagster.api_of(servers, f"{url}/graphql", set(FLOWS))
        ages, ids = grow_old_and_wait(servers, _Dagster(servers, api, url))
        reader = Path(__file__).parent / "inside" / "read_dagster.py"
        records = json.loads(servers.call(python, reader, engine.INSIDE))
    runs = {each["run_id"]: each for each in records}
    return Waited(ages, traces("dagster", records, {name: runs[run] for name, run in ids.items()}))
