"""A live Prefect: server and process worker; deployments by `prefect deploy`, runs are asked for over REST."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from attrs import frozen

from flowc_targets.prefect import engine
from flowc_targets.prefect.lower import lower
from tests.live import crowd, examples, overlap, waiting
from tests.live import prefect_events as events
from tests.live.asked import POOLS, RUNS, WRONG, Asked, Record, Seen, program
from tests.live.backfills import RUN, fill_by_script
from tests.live.catchup import MADE_UP
from tests.live.events import HOW_OFTEN, OLD, lay
from tests.live.prefect_backfills import filled
from tests.live.prefect_waits import Prefect
from tests.live.servers import Servers, free_port, serving
from tests.live.web import Refused, ask

PATIENCE = 480.0
# Without the collector, for the reason that is told in the target's `inside/flowc_inside/server.py`.
START = "import gc; gc.disable(); from prefect.cli import app; app()"


def see(python: Path, project: Path, home: Path, secrets: Mapping[str, str]) -> Seen:
    """Run what is asked, all at once, on a Prefect of its own in `home`."""
    port = free_port()
    lay(project, OLD)
    with ThreadPoolExecutor() as beside, serving(home, "prefect", {**settings(home, port), **secrets}) as servers:
        api = serve(servers, python, project, port)
        told = Prefect(api, partial(start, api), partial(wait, servers, api))
        waits = beside.submit(waiting.grow_old_and_wait, servers, told)
        refusal = _refused(api, WRONG)
        ids = {asked.flow: start(api, asked) for asked in RUNS if not asked.is_scheduled}
        ids |= {asked.flow: _fired(servers, api, asked.flow) for asked in RUNS if asked.is_scheduled}
        for flow in examples.BY_HAND:
            start(api, Asked(flow))
        for flow, times in crowd.ASKED.items():
            for _ in range(times):
                start(api, Asked(flow))
        events.happen(servers, api, project)
        overlapping = overlap.play(
            servers,
            lambda flow, params: start(api, Asked(flow, params)),
            lambda flow, run_id: wait(servers, api, flow, run_id),
            project,
        )
        fill_by_script(servers, python, project)
        for flow, run_id in ids.items():
            wait(servers, api, flow, run_id)
        servers.until(lambda: crowd.is_over(project), "the crowd is not over", PATIENCE)
        asked = [*ids.items(), *events.started(servers, api), *filled(api), *_caught(servers, api)]
        overlapping |= overlap.first_over(servers, lambda flow: _all(api, flow))
        asked += [(flow, run_id) for flow, runs in overlapping.items() for run_id in runs]
        waited = waits.result()
        asked += [(waiting.ASKED[name], run_id) for name, run_id in waited.ids.items()]
        records = _records(servers, python, project, asked)
    runs, others = dict(zip(ids, records, strict=False)), dict[str, list[Record]]()
    for (flow, _), record in zip(asked[len(ids) :], records[len(ids) :], strict=True):
        others.setdefault(flow, []).append(record)
    parts = (HOW_OFTEN, RUN, MADE_UP, overlap.WANTED)
    started, by_hand, caught, bounded = ({flow: others.get(flow, []) for flow in flows} for flows in parts)
    return Seen(
        runs,
        records,
        refusal,
        servers.told(),
        started=started,
        filled=by_hand,
        caught=caught,
        overlapping=bounded,
        waited=dict(zip(waited.ids, records[-len(waited.ids) :], strict=True)),
        ages=waited.ages,
    )


def serve(servers: Servers, python: Path, project: Path, port: int) -> _Api:
    """Server and worker, the project deployed; the API."""
    prefect = [python, "-m", "prefect"]
    servers.start("server", python, "-c", START, "server", "start", "--host", "127.0.0.1", "--port", str(port))
    api = _Api(f"http://127.0.0.1:{port}/api")
    servers.wait(f"{api.base}/health")
    _prepare(api)
    servers.call(*prefect, "--no-prompt", "deploy", "--all", cwd=project)
    servers.start("worker", *prefect, "worker", "start", "--pool", "default", cwd=project)
    return api


def settings(home: Path, port: int) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home}/prefect.db",
        # On a busy machine writers of its SQLite wait for each other longer than the ten seconds that they have.
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        "PREFECT_CLIENT_MAX_RETRIES": "20",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "DO_NOT_TRACK": "1",
    }


@frozen
class _Api:
    base: str

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        """Asked again, as Prefect's own client does, where the server's SQLite was locked (503)."""
        for _ in range(20):
            try:
                return ask(method, f"{self.base}/{path}", body)
            except Refused as refused:
                if refused.status != 503:
                    raise
                time.sleep(1)
        return ask(method, f"{self.base}/{path}", body)


def _prepare(api: _Api) -> None:
    """The work pool, and a concurrency limit for each pool of the flows."""
    api("POST", "work_pools/", {"name": "default", "type": "process"})
    for name, slots in POOLS.items():
        api("POST", "v2/concurrency_limits/", {"name": name, "limit": slots})


def start(api: _Api, asked: Asked) -> str:
    deployment = api("GET", f"deployments/name/{asked.flow}/{asked.flow}")["id"]
    return api("POST", f"deployments/{deployment}/create_flow_run", {"parameters": dict(asked.params)})["id"]


def _refused(api: _Api, asked: Asked) -> str | None:
    try:
        start(api, asked)
    except Refused as refused:
        return str(refused)
    return None


def _fired(servers: Servers, api: _Api, flow: str) -> str:
    """The first run that the scheduler has made by itself and a worker has taken; one is enough."""
    query = {
        "flows": {"name": {"any_": [flow]}},
        "flow_runs": {"state": {"type": {"any_": ["RUNNING", "COMPLETED", "FAILED", "CRASHED"]}}},
        "sort": "EXPECTED_START_TIME_ASC",
        "limit": 1,
    }

    def first() -> str | None:
        runs = api("POST", "flow_runs/filter", query)
        return runs[0]["id"] if runs else None

    found = servers.until(first, f"{flow} has not fired", PATIENCE)
    deployment = api("GET", f"deployments/name/{flow}/{flow}")["id"]
    api("POST", f"deployments/{deployment}/pause_deployment")
    return found


def _caught(servers: Servers, api: _Api) -> list[tuple[str, str]]:
    """The runs for instants that are past, as many as are due, by flow and the oldest first."""

    def over() -> list[tuple[str, str]] | None:
        begun = {"state": {"type": {"not_any_": ["SCHEDULED"]}}}
        query = {"sort": "EXPECTED_START_TIME_ASC", "flow_runs": begun}
        found = {
            flow: api("POST", "flow_runs/filter", {**query, "flows": {"name": {"any_": [flow]}}}) for flow in MADE_UP
        }
        ended = all(run["state_type"] in ("COMPLETED", "FAILED", "CRASHED") for runs in found.values() for run in runs)
        if not ended or any(len(found[flow]) < len(MADE_UP[flow]) for flow in MADE_UP):
            return None
        return [(flow, run["id"]) for flow, runs in found.items() for run in runs]

    return servers.until(over, "what was missed is not made up for", PATIENCE)


def _all(api: _Api, flow: str) -> list[tuple[str, bool | None]]:
    """All runs of a flow that have begun, in their order, and whether each ended well, or goes on."""
    begun = {"state": {"type": {"not_any_": ["SCHEDULED"]}}}
    query = {"sort": "START_TIME_ASC", "flow_runs": begun, "flows": {"name": {"any_": [flow]}}}
    ends = {"COMPLETED": True, "FAILED": False, "CRASHED": False, "CANCELLED": False}
    return [(run["id"], ends.get(run["state_type"])) for run in api("POST", "flow_runs/filter", query)]


def wait(servers: Servers, api: _Api, flow: str, run_id: str) -> None:
    def ended() -> str | None:
        state = api("GET", f"flow_runs/{run_id}")["state_type"]
        return state if state in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    servers.until(ended, f"{flow} has not ended", PATIENCE)


def _records(servers: Servers, python: Path, project: Path, asked: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    reader = Path(__file__).parent / "inside" / "read_prefect.py"
    traced = lower(program()).traced
    types = {flow: {task.id: task.value for task in traced[flow].tasks if task.value is not None} for flow, _ in asked}
    given = json.dumps([[run_id, types[flow]] for flow, run_id in asked])
    return json.loads(servers.call(python, reader, engine.INSIDE, given, cwd=project))
