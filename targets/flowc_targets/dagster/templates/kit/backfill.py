"""Backfills: runs that are launched over the webserver's GraphQL, for a partition or an instant each."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from . import filling
from .errors import UsageError
from .filling import Filled, Found, State
from .partitioned import PARTITION, key_of
from .partitions import read
from .pieces import Piece
from .run import AT, TRIGGER, utc
from .triggers import Windows

URL, HERE = "DAGSTER_WEBSERVER_URL", "http://127.0.0.1:3000"
"""The variable that says where the webserver is, and where it is if nobody says."""
ASKED = "backfill"
"""The tag that tells runs for one piece and the same params from all others."""
_SCHEDULED = ".dagster/scheduled_execution_time"
_STATES: Mapping[str, State] = {"SUCCESS": "succeeded", "FAILURE": "failed", "CANCELED": "failed"}

_JOBS = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } jobs { name } } } } }"
_RUNS = """
query ($filter: RunsFilter!) { runsOrError(filter: $filter) { ... on Runs { results { runId status creationTime } } } }
"""
_STATE = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
_LAUNCH = """
mutation ($asked: ExecutionParams!) {
  launchRun(executionParams: $asked) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on RunConfigValidationInvalid { errors { message } }
    ... on Error { message }
  }
}
"""


def fill(flows: Sequence[Filled], arguments: Sequence[str] | None = None) -> int:
    """Do what a command line says; the exit code."""
    return filling.fill(flows, _Dagster(os.environ.get(URL, HERE)), arguments)


class _Dagster:
    def __init__(self, url: str) -> None:
        self.url = url

    def runs(self, flow: Filled, piece: Piece, params: Mapping[str, Any]) -> Sequence[Found]:
        """Those that were asked for here, by a schedule, or by a backfill of Dagster's own."""
        tags = [{"key": ASKED, "value": _asked(piece, params)}]
        if not params and isinstance(flow.partition, Windows):
            tags.append({"key": PARTITION, "value": _key(flow, piece)})
        elif not params and flow.partition:
            tags.append({"key": PARTITION, "value": piece.name})
        elif not params and piece.at:
            tags += [{"key": name, "value": utc(piece.at)} for name in (AT, _SCHEDULED)]
        found: dict[str, dict[str, Any]] = {}
        for tag in tags:
            answer = self._ask(_RUNS, filter={"pipelineName": flow.name, "tags": [tag]})
            found |= {run["runId"]: run for run in answer["results"]}
        ordered = sorted(found.values(), key=lambda run: run["creationTime"])
        return [Found(run["runId"], _STATES.get(run["status"], "going")) for run in ordered]

    def start(self, flow: Filled, piece: Piece, params: Mapping[str, Any], number: int) -> str:
        """A run of the job."""
        tags = {ASKED: _asked(piece, params), TRIGGER: "backfill"}
        if flow.partition:
            tags[PARTITION] = _key(flow, piece)
        if piece.at:
            tags[AT] = utc(piece.at)
        given = {**params, **({flow.told: piece.partition} if flow.told else {})}
        asked = {
            "selector": self._selector(flow.name),
            "runConfigData": {"resources": {"params": {"config": given}}} if given else {},
            "mode": "default",
            "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in tags.items()]},
        }
        answer = self._ask(_LAUNCH, asked=asked)
        if answer["__typename"] != "LaunchRunSuccess":
            said = [error["message"] for error in answer.get("errors", [])] or [answer.get("message", answer)]
            raise UsageError(f"Dagster launches no run: {'; '.join(map(str, said))}")
        return answer["run"]["runId"]

    def state(self, run: str) -> State:
        """How it is with a run."""
        return _STATES.get(self._ask(_STATE, id=run).get("status", "CANCELED"), "going")

    def _selector(self, job: str) -> dict[str, str]:
        for node in self._ask(_JOBS).get("nodes", []):
            if any(each["name"] == job for each in node["jobs"]):
                place = node["location"]["name"]
                return {"repositoryLocationName": place, "repositoryName": node["name"], "jobName": job}
        raise UsageError(f"{self.url} knows no job {job}")

    def _ask(self, query: str, **variables: object) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                found = json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:500]
            raise UsageError(f"{self.url} answers {error.code}: {said}") from None
        except OSError as error:
            raise UsageError(f"{self.url} does not answer, which {URL} may say otherwise: {error}") from None
        if "errors" in found:
            raise UsageError(f"{self.url}: {'; '.join(error['message'] for error in found['errors'])}")
        return next(iter(found["data"].values()))


def _key(flow: Filled, piece: Piece) -> str:
    """A partition by Dagster's name for it."""
    if not isinstance(flow.partition, Windows):
        return piece.name
    start = read(flow.partition, piece.name)
    assert isinstance(start, date)
    return key_of(flow.partition, start)


def _asked(piece: Piece, params: Mapping[str, Any]) -> str:
    return f"{piece.name} {json.dumps(dict(params), sort_keys=True)}" if params else piece.name
