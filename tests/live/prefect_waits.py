"""A live Prefect with assets that grow old and with waits: a flow says which are late, answers are inputs of runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from flowc_targets.prefect import engine
from tests.live import prefect
from tests.live.asked import Asked
from tests.live.servers import Servers, free_port, serving
from tests.live.waiting import AGES, Waited, grow_old_and_wait, lowered, traces

LOOKS = "waits-freshness"
_LAST = {
    "flows": {"name": {"any_": [LOOKS]}},
    "flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED"]}}},
    "sort": "END_TIME_DESC",
    "limit": 1,
}


@frozen
class _Prefect:
    servers: Servers
    api: Any

    def start(self, asked: Asked) -> str:
        return prefect.start(self.api, asked)

    def wait(self, flow: str, run: str) -> None:
        prefect.wait(self.servers, self.api, flow, run)

    def ages(self) -> Mapping[str, str]:
        """By the last run of the flow that looks, and by what it keeps."""
        last = self.api("POST", "flow_runs/filter", _LAST)
        kept = self.api("POST", "artifacts/latest/filter", {"artifacts": {"key": {"any_": [LOOKS]}}})
        if not last or not kept:
            return {}
        written = {row["asset"] for row in json.loads(kept[0]["data"])}
        said = last[0]["state"]["message"] or ""
        late = {name for name in AGES if f"{name} is late" in said}
        return {name: "late" if name in late else "fresh" if name in written else "unknown" for name in AGES}

    def asks(self, run: str) -> bool:
        """Whether an artifact says how to answer."""
        found = self.api("POST", "artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run]}}})
        return any("approval-ask" in each["data"] for each in found)

    def answer(self, run: str, *, yes: bool) -> None:
        said = {"key": "approval-ask", "value": f"{'yes' if yes else 'no'} by ann"}
        self.api("POST", f"flow_runs/{run}/input", said)


def see(python: Path, project: Path, home: Path) -> Waited:
    """Let assets grow old, and runs wait, on a Prefect of its own in `home`."""
    port = free_port()
    with serving(home, "prefect", prefect.settings(home, port)) as servers:
        api = prefect.serve(servers, python, project, port)
        ages, ids = grow_old_and_wait(servers, _Prefect(servers, api))
        flows = {name: lowered("prefect").traced["waiting" if name == "waiting" else "asking"] for name in ids}
        types = {name: {task.id: task.value for task in flow.tasks if task.value} for name, flow in flows.items()}
        reader = Path(__file__).parent / "inside" / "read_prefect.py"
        given = json.dumps([[run, types[name]] for name, run in ids.items()])
        records = json.loads(servers.call(python, reader, engine.INSIDE, given, cwd=project))
    return Waited(ages, traces("prefect", records, dict(zip(ids, records, strict=True))))
