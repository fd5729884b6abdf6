"""Assets of a live Dagster grow old and runs wait: its daemon says which are late, answers are reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from tests.live.asked import Asked
from tests.live.waiting import AGES
from tests.live.web import ask

_AGES = "{ assetNodes { assetKey { path } freshnessStatusInfo { freshnessStatus } } }"
_SAID = {"HEALTHY": "fresh", "DEGRADED": "late", "UNKNOWN": "unknown"}
_LOGS = """
query ($id: ID!) {
  logsForRun(runId: $id) { ... on EventConnection { events { ... on MessageEvent { message } } } }
}
"""


@frozen
class Dagster:
    """What is asked of it; `start` and `wait` as for all flows."""

    api: Any
    url: str
    start: Callable[[Asked], str]
    wait: Callable[[str, str], None]

    def ages(self) -> Mapping[str, str]:
        found = {node["assetKey"]["path"][0]: node["freshnessStatusInfo"] for node in self.api.ask(_AGES)}
        return {name: _SAID[info["freshnessStatus"]] for name, info in found.items() if info and name in AGES}

    def asks(self, run: str) -> bool:
        """Whether the log says what the answer is to be."""
        events = self.api.ask(_LOGS, id=run)["events"]
        return any(f"yes {run[:8]} by NAME" in event.get("message", "") for event in events)

    def answer(self, run: str, *, yes: bool) -> None:
        """As the log says, or the page of the asset has it."""
        said = {"description": f"{'yes' if yes else 'no'} {run[:8]} by ann"}
        ask("POST", f"{self.url}/report_asset_materialization/approval/asking/ask", said)
