"""What happens while a live Dagster runs, and the runs that its sensors start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from tests.live import examples
from tests.live.events import NEW, ORDER, ORDER_KEY, PATIENCE, all_started, lay
from tests.live.servers import Servers
from tests.live.web import ask

TWO_LOOKS = 12.0
"""Seconds in which each sensor looks again, and starts what it would start twice."""

_SENSORS = """
query ($location: String!) {
  sensorsOrError(repositorySelector: {repositoryName: "__repository__", repositoryLocationName: $location}) {
    ... on Sensors { results { name sensorState { ticks(limit: 1, statuses: [SKIPPED, SUCCESS]) { id } } } }
  }
}
"""
_RUNS = """
query ($job: String!) {
  runsOrError(filter: {pipelineName: $job}) { ... on Runs { results { runId status } } }
}
"""


class Api(Protocol):
    """Dagster's GraphQL."""

    @property
    def location(self) -> str: ...
    def ask(self, query: str, **variables: object) -> Any: ...


def wait_for_looks(servers: Servers, api: Api) -> None:
    """Until each sensor has looked once: what was there before starts nothing."""

    def have_looked() -> bool | None:
        sensors = api.ask(_SENSORS, location=api.location)["results"]
        return all(sensor["sensorState"]["ticks"] for sensor in sensors) or None

    servers.until(have_looked, "the sensors do not look", PATIENCE)


def happen(servers: Servers, project: Path, base: str) -> None:
    """A file lands here and one there; what is posted is posted twice."""
    lay(project, NEW)
    _post(base, "parts", ORDER_KEY, ORDER)
    _post(base, "orders", examples.KEY, examples.land(servers.env))


def _post(base: str, hook: str, key: str, event: Mapping[str, Any]) -> None:
    for _ in range(2):
        posted = {"metadata": {"event": dict(event), "key": key}}
        ask("POST", f"{base}/report_asset_materialization/hooks/{hook}", posted)


def started(servers: Servers, api: Api) -> Mapping[str, Sequence[str]]:
    """The runs of each flow."""

    def runs(flow: str) -> list[tuple[str, bool]]:
        return [(run["runId"], run["status"] in ("SUCCESS", "FAILURE")) for run in api.ask(_RUNS, job=flow)["results"]]

    return all_started(servers, runs, rest=TWO_LOOKS)
