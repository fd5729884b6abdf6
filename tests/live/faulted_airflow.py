"""A live Airflow whose scheduler may be killed, with the executor in it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import define

from tests.live import airflow
from tests.live.faulted import FLOWS, Live, readme, spawned
from tests.live.servers import Servers, free_port
from tests.live.web import ask
from tests.postgres import database

COMPANIONS = ("landing.files", "counting.events", "closing.events")
# A scheduler is taken for dead sooner, and looked after: else each test waits for minutes.
SOONER = {"SCHEDULER_HEALTH_CHECK_THRESHOLD": "15", "ORPHANED_TASKS_CHECK_INTERVAL": "15"}
_STATES = {"success": "succeeded", "failed": "failed"}


def make(python: Path, project: Path, home: Path) -> tuple[Mapping[str, str], Callable[[Servers], Live]]:
    """The variables, and what the servers are then."""
    port = free_port()
    store = database("faulted_airflow").replace("postgresql:", "postgresql+psycopg:", 1)
    sooner = {f"AIRFLOW__SCHEDULER__{name}": value for name, value in SOONER.items()}
    given = {**airflow.settings(home, project, store, port), **sooner}
    return given, lambda servers: Airflow(servers, python, project, port)


@define
class Airflow:
    """API server, DAG processor, and the scheduler with a LocalExecutor."""

    servers: Servers
    python: Path
    project: Path
    port: int
    api: Any = None
    mortal = ("scheduler",)

    def start(self) -> None:
        self.servers.call(self.python, "-m", "airflow", "db", "migrate")
        for name in ("api-server", "scheduler", "dag-processor"):
            self.revive(name)
        base = f"http://127.0.0.1:{self.port}"
        self.servers.wait(f"{base}/api/v2/monitor/health")
        self.api = airflow._Api(f"{base}/api/v2", ask("GET", f"{base}/auth/token")["access_token"])

        def known() -> bool | None:
            if errors := self.api("GET", "importErrors")["import_errors"]:
                raise AssertionError(json.dumps(errors, indent=1))
            return {dag["dag_id"] for dag in self.api("GET", "dags?limit=100")["dags"]} >= {*FLOWS} or None

        self.servers.until(known, "the DAGs are not known", 300)
        for name in (*FLOWS, *COMPANIONS):
            self.api("PATCH", f"dags/{name}", {"is_paused": False})

    def revive(self, name: str) -> None:
        self.servers.start(name, self.python, "-m", "airflow", name)

    def looks(self) -> bool:
        return any(run["state"] == "success" for run in self.api("GET", "dags/landing.files/dagRuns")["dag_runs"])

    def fill(self) -> subprocess.Popen[str]:
        command = readme(self.project, r"^(airflow backfill create --dag-id days\b.*)$")
        command = re.sub(r"--to-date \S+", "--to-date 2024-03-05T00:00:00+00:00", command)
        return spawned(self.servers, f"PATH={self.python.parent}:$PATH; {command}", self.project)

    def runs(self, flow: str) -> list[str]:
        found = self.api("GET", f"dags/{flow}/dagRuns?limit=200")["dag_runs"]
        return [_STATES.get(run["state"], "going") for run in found]
