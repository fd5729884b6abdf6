"""The flow runs that backfills of a live Prefect have made."""

from __future__ import annotations

from typing import Any, Protocol

from tests.live.backfills import RUN


class Api(Protocol):
    """Prefect's REST."""

    def __call__(self, method: str, path: str, body: object = None) -> Any: ...


def filled(api: Api) -> list[tuple[str, str]]:
    """The flow and id of each run that succeeded; the others are as many as they should be."""
    found: list[tuple[str, str]] = []
    for flow, names in RUN.items():
        runs = api("POST", "flow_runs/filter", {"flows": {"name": {"any_": [flow]}}})
        assert len(runs) == len(names), runs
        good = [run["id"] for run in runs if run["state_type"] == "COMPLETED"]
        assert len(good) == len({*names}), runs
        found += [(flow, run) for run in good]
    return found
