"""Assets of a live Prefect grow old and runs wait: a flow says which are late, answers are inputs of runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from tests.live.asked import Asked
from tests.live.waiting import AGES

LOOKS = "live-freshness"
_LAST = {
    "flows": {"name": {"any_": [LOOKS]}},
    "flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED"]}}},
    "sort": "END_TIME_DESC",
    "limit": 1,
}


@frozen
class Prefect:
    """What is asked of it; `start` and `wait` as for all flows."""

    api: Any
    start: Callable[[Asked], str]
    wait: Callable[[str, str], None]

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
