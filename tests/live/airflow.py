"""A live Airflow: scheduler, DAG processor and API server, LocalExecutor, PostgreSQL; runs are asked for over REST."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from attrs import frozen

from flowc_targets.airflow import engine
from tests.live import airflow_backfills, crowd, examples, overlap, waiting
from tests.live import airflow_events as events
from tests.live.airflow_waits import LOOKS, Airflow
from tests.live.asked import FLOWS, POOLS, RUNS, WRONG, Asked, Seen
from tests.live.backfills import RUN
from tests.live.catchup import MADE_UP
from tests.live.events import HOW_OFTEN, OLD, lay
from tests.live.servers import Servers, free_port, serving
from tests.live.web import Refused, ask
from tests.postgres import database

PATIENCE = 480.0
SIGNS = "x" * 64  # the tokens between Airflow's own processes


def see(python: Path, project: Path, home: Path, secrets: Mapping[str, str]) -> Seen:
    """Run what is asked, all at once, on an Airflow of its own in `home`."""
    port = free_port()
    store = database("live_airflow").replace("postgresql:", "postgresql+psycopg:", 1)
    lay(project, OLD)
    given = {**settings(home, project, store, port), **secrets}
    with ThreadPoolExecutor() as beside, serving(home, "airflow", given) as servers:
        api = serve(servers, python, port)
        _prepare(servers, api)
        asked = Airflow(servers, api, partial(start, api), partial(wait, servers, api))
        waits = beside.submit(waiting.grow_old_and_wait, servers, asked)
        refusal = _refused(api, WRONG)
        ids = {asked.flow: start(api, asked) for asked in RUNS if not asked.is_scheduled}
        ids |= {asked.flow: _fired(servers, api, asked.flow) for asked in RUNS if asked.is_scheduled}
        for flow in examples.BY_HAND:
            start(api, Asked(flow))
        for flow, times in crowd.ASKED.items():
            for _ in range(times):
                start(api, Asked(flow))
        filled = airflow_backfills.fill(servers, api, project, python.parent)
        events.happen(servers, api, project)
        overlapping = overlap.play(
            servers,
            lambda flow, params: start(api, Asked(flow, params)),
            lambda flow, run_id: wait(servers, api, flow, run_id),
            project,
        )
        for flow, run_id in ids.items():
            wait(servers, api, flow, run_id)
        servers.until(lambda: crowd.is_over(project), "the crowd is not over", PATIENCE)
        caught = {flow: _caught(servers, api, flow) for flow in MADE_UP}
        started = events.started(servers, api)
        overlapping |= overlap.first_over(servers, lambda flow: _all(api, flow))
        waited = waits.result()
        reader = Path(__file__).parent / "inside" / "read_airflow.py"
        records = json.loads(servers.call(python, reader, engine.INSIDE))
    found = {(each["dag_id"], each["run_id"]): each for each in records}
    return Seen(
        {flow: found[flow, run_id] for flow, run_id in ids.items()},
        records,
        refusal,
        servers.told(),
        _rows(store),
        started={flow: [found[flow, run_id] for run_id in runs] for flow, runs in started.items()},
        caught={flow: [found[flow, run_id] for run_id in runs] for flow, runs in caught.items()},
        filled={flow: [found[flow, run_id] for run_id in runs] for flow, runs in filled.items()},
        overlapping={flow: [found[flow, run_id] for run_id in runs] for flow, runs in overlapping.items()},
        waited={name: found[waiting.ASKED[name], run_id] for name, run_id in waited.ids.items()},
        ages=waited.ages,
    )


def settings(home: Path, project: Path, store: str, port: int) -> dict[str, str]:
    """What a small installation has, and no examples."""
    settings = {
        "CORE__DAGS_FOLDER": project,
        "CORE__PLUGINS_FOLDER": project / "plugins",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": 16,
        "CORE__LOAD_EXAMPLES": False,
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": True,
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "DATABASE__SQL_ALCHEMY_CONN": store,
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": store,
        "API__HOST": "127.0.0.1",
        "API__PORT": port,
        "API__WORKERS": 1,
        "API__SECRET_KEY": SIGNS,
        "API_AUTH__JWT_SECRET": SIGNS,
        "LOGGING__BASE_LOG_FOLDER": home / "logs" / "tasks",
        "DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": home / "bundles",
    }
    return {"AIRFLOW_HOME": str(home), **{f"AIRFLOW__{name}": str(value) for name, value in settings.items()}}


@frozen
class _Api:
    base: str
    token: str

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        return ask(method, f"{self.base}/{path}", body, self.token)


def serve(servers: Servers, python: Path, port: int) -> _Api:
    """Its servers; the API, once that answers."""
    airflow = [python, "-m", "airflow"]
    servers.call(*airflow, "db", "migrate")
    for name in ("api-server", "scheduler", "dag-processor"):
        servers.start(name, *airflow, name)
    servers.wait(f"http://127.0.0.1:{port}/api/v2/monitor/health")
    return _Api(f"http://127.0.0.1:{port}/api/v2", ask("GET", f"http://127.0.0.1:{port}/auth/token")["access_token"])


def _prepare(servers: Servers, api: _Api) -> None:
    """Pools, and the DAGs switched on; a child is on by itself."""
    for name, slots in POOLS.items():
        api("POST", "pools", {"name": name, "slots": slots, "include_deferred": False})
    heard = {*examples.BY_HAND, *HOW_OFTEN, *events.COMPANIONS}
    others = {*RUN, *MADE_UP, *crowd.ASKED, *overlap.WANTED, *waiting.FLOWS, LOOKS}
    switch_on(servers, api, {*(asked.flow for asked in RUNS), *heard, *others}, FLOWS)


def switch_on(servers: Servers, api: _Api, wanted: Iterable[str], others: Iterable[str] = ()) -> None:
    """The DAGs that are wanted, as soon as they and the others are known."""

    def known() -> bool | None:
        if errors := api("GET", "importErrors")["import_errors"]:
            raise AssertionError(json.dumps(errors, indent=1))
        found = {dag["dag_id"] for dag in api("GET", "dags?limit=100")["dags"]}
        return found >= {*wanted, *others} or None

    servers.until(known, "the DAGs are not known", PATIENCE)
    for name in wanted:
        api("PATCH", f"dags/{name}", {"is_paused": False})


def start(api: _Api, asked: Asked) -> str:
    return api("POST", f"dags/{asked.flow}/dagRuns", {"logical_date": None, "conf": dict(asked.params)})["dag_run_id"]


def _refused(api: _Api, asked: Asked) -> str | None:
    try:
        start(api, asked)
    except Refused as refused:
        return str(refused)
    return None


def _fired(servers: Servers, api: _Api, flow: str) -> str:
    """The first run that the scheduler has made by itself."""

    def first() -> str | None:
        runs = api("GET", f"dags/{flow}/dagRuns?order_by=id&run_type=scheduled")["dag_runs"]
        return runs[0]["dag_run_id"] if runs else None

    return servers.until(first, f"{flow} has not fired", PATIENCE)


def _caught(servers: Servers, api: _Api, flow: str) -> list[str]:
    """The runs for instants that are past, as many as are due, the oldest first."""

    def over() -> list[str] | None:
        runs = api("GET", f"dags/{flow}/dagRuns?order_by=run_after")["dag_runs"]
        ended = all(run["state"] in ("success", "failed") for run in runs)
        return [run["dag_run_id"] for run in runs] if ended and len(runs) >= len(MADE_UP[flow]) else None

    return servers.until(over, f"{flow} is not made up for", PATIENCE)


def _all(api: _Api, flow: str) -> list[tuple[str, bool | None]]:
    """All runs of a flow, in the order in which they were made, and whether each ended well, or goes on."""
    runs = api("GET", f"dags/{flow}/dagRuns?order_by=id")["dag_runs"]
    return [(run["dag_run_id"], {"success": True, "failed": False}.get(run["state"])) for run in runs]


def wait(servers: Servers, api: _Api, flow: str, run_id: str) -> None:
    def ended() -> str | None:
        state = api("GET", f"dags/{flow}/dagRuns/{quote(run_id, safe='')}")["state"]
        return state if state in ("success", "failed") else None

    servers.until(ended, f"{flow} has not ended", PATIENCE)


def _rows(store: str) -> str:
    """Every row of the database as text."""
    import psycopg

    with psycopg.connect(store.replace("+psycopg", "")) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = [f'SELECT to_json(t)::text FROM "{name}" t'.encode() for (name,) in names]
        rows = [row for table in tables for row in connection.execute(table)]
    return "\n".join(text for (text,) in rows)
