"""A live Dagster: code server, webserver and daemon; runs are launched over GraphQL, a process for each step."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from attrs import frozen

from flowc_targets.dagster import engine
from tests.live import crowd, dagster_backfills, examples, overlap, waiting
from tests.live import dagster_events as events
from tests.live.asked import FLOWS, POOLS, RUNS, WRONG, Asked, Seen
from tests.live.backfills import RUN
from tests.live.catchup import MADE_UP
from tests.live.dagster_waits import Dagster
from tests.live.events import OLD, lay
from tests.live.servers import Servers, free_port, serving
from tests.live.web import Refused, ask

PATIENCE = 480.0

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
_LIMIT = "mutation ($name: String!, $slots: Int!) { setConcurrencyLimit(concurrencyKey: $name, limit: $slots) }"
_JOBS = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } jobs { name } } } } }"
_STATE = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
_FIRED = "query ($job: String!) { runsOrError(filter: {pipelineName: $job}) { ... on Runs { results { runId } } } }"
_ENDED = """
query ($job: String!) { runsOrError(filter: {pipelineName: $job}) { ... on Runs { results { runId status } } } }
"""
_SCHEDULES = """
query ($location: String!) {
  schedulesOrError(repositorySelector: {repositoryName: "__repository__", repositoryLocationName: $location}) {
    ... on Schedules { results { id pipelineName } }
  }
}
"""
_STOP = "mutation ($id: String!) { stopRunningSchedule(id: $id) { __typename } }"


def see(python: Path, project: Path, home: Path, secrets: Mapping[str, str]) -> Seen:
    """Run what is asked, all at once, on a Dagster of its own in `home`."""
    code, port = free_port(), free_port()
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(project / "dagster.yaml", home)
    lay(project, OLD)
    url = f"http://127.0.0.1:{port}"
    given = {**settings(home, project), **secrets}
    with ThreadPoolExecutor() as beside, serving(home, "dagster", given) as servers:
        serve(servers, python, project, code, port, "live")
        api = api_of(servers, f"{url}/graphql", FLOWS | {*RUN, *MADE_UP, *waiting.FLOWS})
        asked = Dagster(api, url, partial(start, api), partial(wait, servers, api))
        waits = beside.submit(waiting.grow_old_and_wait, servers, asked)
        for name, slots in POOLS.items():
            api.ask(_LIMIT, name=name, slots=slots)
        refusal = _refused(api, WRONG)
        events.wait_for_looks(servers, api)
        events.happen(servers, project, url)
        for flow in examples.BY_HAND:
            start(api, Asked(flow))
        for flow, times in crowd.ASKED.items():
            for _ in range(times):
                start(api, Asked(flow))
        ids = {asked.flow: start(api, asked) for asked in RUNS if not asked.is_scheduled}
        ids |= {asked.flow: _fired(servers, api, asked.flow) for asked in RUNS if asked.is_scheduled}
        overlapping = overlap.play(
            servers,
            lambda flow, params: start(api, Asked(flow, params)),
            lambda flow, run_id: wait(servers, api, flow, run_id),
            project,
        )
        dagster_backfills.fill(servers, api, python, project, code, url)
        for flow, run_id in ids.items():
            wait(servers, api, flow, run_id)
        servers.until(lambda: crowd.is_over(project), "the crowd is not over", PATIENCE)
        caught = {flow: _caught(servers, api, flow) for flow in MADE_UP}
        started, filled = events.started(servers, api), dagster_backfills.filled(api)
        overlapping |= overlap.first_over(servers, lambda flow: _all(api, flow))
        waited = waits.result()
        reader = Path(__file__).parent / "inside" / "read_dagster.py"
        records = json.loads(servers.call(python, reader, engine.INSIDE))
    found = {each["run_id"]: each for each in records}
    return Seen(
        {flow: found[run_id] for flow, run_id in ids.items()},
        records,
        refusal,
        servers.told(),
        started={flow: [found[run_id] for run_id in ids] for flow, ids in started.items()},
        caught={flow: [found[run_id] for run_id in runs] for flow, runs in caught.items()},
        filled={flow: [found[run_id] for run_id in ids] for flow, ids in filled.items()},
        overlapping={flow: [found[run_id] for run_id in ids] for flow, ids in overlapping.items()},
        waited={name: found[run_id] for name, run_id in waited.ids.items()},
        ages=waited.ages,
    )


def serve(servers: Servers, python: Path, project: Path, code: int, port: int, package: str) -> None:
    """One after the other: each makes the tables of its storage that it does not find."""
    there = ["--grpc-host", "127.0.0.1", "--grpc-port", str(code)]
    here = ["-h", "127.0.0.1", "-p"]
    run = [python, "-m"]
    servers.start("code", *run, "dagster", "api", "grpc", *here, str(code), "-m", f"{package}.definitions", cwd=project)
    servers.listening(code)
    servers.start("web", *run, "dagster_webserver", *here, str(port), *there, cwd=project)
    servers.wait(f"http://127.0.0.1:{port}/server_info")
    servers.start("daemon", *run, "dagster._daemon", "run", *there, cwd=project)


def settings(home: Path, project: Path) -> dict[str, str]:
    """Where the instance is; `src` on the path is what installing the project comes to."""
    return {"DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1", "PYTHONPATH": str(project / "src")}


@frozen
class _Api:
    url: str
    location: str = ""

    def ask(self, query: str, **variables: object) -> Any:
        answer = ask("POST", self.url, {"query": query, "variables": variables})
        assert "errors" not in answer, json.dumps(answer["errors"], indent=1)
        return next(iter(answer["data"].values()))


def api_of(servers: Servers, url: str, jobs: set[str]) -> _Api:
    """The API, once the webserver has the jobs of the code server."""

    def known() -> str | None:
        nodes = _Api(url).ask(_JOBS).get("nodes", [])
        found = [node for node in nodes if {job["name"] for job in node["jobs"]} >= jobs]
        return found[0]["location"]["name"] if found else None

    return _Api(url, servers.until(known, "the jobs are not known", PATIENCE))


def start(api: _Api, asked: Asked) -> str:
    """The id of the run; Refused where Dagster launches none."""
    job = {"repositoryLocationName": api.location, "repositoryName": "__repository__", "jobName": asked.flow}
    params = {"resources": {"params": {"config": dict(asked.params)}}} if asked.params else {}
    config = {**params, "execution": _processes(asked)}
    answer = api.ask(_LAUNCH, asked={"selector": job, "runConfigData": config, "mode": "default"})
    if answer["__typename"] != "LaunchRunSuccess":
        raise Refused(200, json.dumps(answer))
    return answer["run"]["runId"]


def _processes(asked: Asked) -> dict[str, Any]:
    """How the processes of steps begin: spawned, as Dagster has it by itself, and in some runs the cheaper way."""
    begin = {"forkserver": {}} if asked.flow in ("crossing", *overlap.WANTED) else {"spawn": {}}
    return {"config": {"multiprocess": {"start_method": begin}}}


def _refused(api: _Api, asked: Asked) -> str | None:
    try:
        start(api, asked)
    except Refused as refused:
        return str(refused)
    return None


def _fired(servers: Servers, api: _Api, flow: str) -> str:
    """The first run that the daemon has made by itself; one is enough."""

    def first() -> str | None:
        runs = api.ask(_FIRED, job=flow)["results"]
        return runs[-1]["runId"] if runs else None

    found = servers.until(first, f"{flow} has not fired", PATIENCE)
    for schedule in api.ask(_SCHEDULES, location=api.location)["results"]:
        if schedule["pipelineName"] == flow:
            stopped = api.ask(_STOP, id=schedule["id"])
            assert stopped["__typename"] == "ScheduleStateResult", stopped
    return found


def _caught(servers: Servers, api: _Api, flow: str) -> list[str]:
    """The runs for instants that are past, as many as are due, the oldest first."""

    def over() -> list[str] | None:
        runs = api.ask(_ENDED, job=flow)["results"]
        ended = all(run["status"] in ("SUCCESS", "FAILURE", "CANCELED") for run in runs)
        return [run["runId"] for run in reversed(runs)] if ended and len(runs) >= len(MADE_UP[flow]) else None

    return servers.until(over, f"{flow} is not made up for", PATIENCE)


def _all(api: _Api, flow: str) -> list[tuple[str, bool | None]]:
    """All runs of a flow, in the order in which they were made, and whether each ended well, or goes on."""
    ends = {"SUCCESS": True, "FAILURE": False, "CANCELED": False}
    return [(run["runId"], ends.get(run["status"])) for run in reversed(api.ask(_ENDED, job=flow)["results"])]


def wait(servers: Servers, api: _Api, flow: str, run_id: str) -> None:
    def ended() -> str | None:
        state = api.ask(_STATE, id=run_id)["status"]
        return state if state in ("SUCCESS", "FAILURE", "CANCELED") else None

    servers.until(ended, f"{flow} has not ended", PATIENCE)
