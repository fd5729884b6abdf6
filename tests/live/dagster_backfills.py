"""Backfills of a live Dagster: one by its own command, the rest by the project's script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from tests.live.backfills import NOTED, RUN, fill_by_script
from tests.live.servers import Servers

PATIENCE = 300.0
_RUNS = """
query ($job: String!) {
  runsOrError(filter: {pipelineName: $job}) { ... on Runs { results { runId status } } }
}
"""
_OVER = ("SUCCESS", "FAILURE", "CANCELED")


class Api(Protocol):
    """Dagster's GraphQL."""

    def ask(self, query: str, **variables: object) -> Any: ...


def fill(servers: Servers, api: Api, python: Path, project: Path, code: int, url: str) -> None:
    """Dagster's own backfill of `weeks`, at whose partitions the script then finds nothing to do."""
    there = ["--grpc-host", "127.0.0.1", "--grpc-port", str(code)]
    asked = ["-j", "weeks", "--from", NOTED["weeks"][0], "--to", NOTED["weeks"][-1], "--noprompt"]
    servers.call(python, "-m", "dagster", "job", "backfill", *there, *asked, cwd=project)

    def over() -> bool | None:
        runs = api.ask(_RUNS, job="weeks")["results"]
        return (len(runs) == len(NOTED["weeks"]) and all(run["status"] in _OVER for run in runs)) or None

    servers.until(over, "Dagster's own backfill is not over", PATIENCE)
    fill_by_script(servers, python, project, f"DAGSTER_WEBSERVER_URL={url}")


def filled(api: Api) -> Mapping[str, Sequence[str]]:
    """The runs of each flow that succeeded; the others are as many as they should be."""
    found = {flow: api.ask(_RUNS, job=flow)["results"] for flow in RUN}
    assert {flow: len(runs) for flow, runs in found.items()} == {flow: len(names) for flow, names in RUN.items()}
    return {flow: [run["runId"] for run in runs if run["status"] == "SUCCESS"] for flow, runs in found.items()}
