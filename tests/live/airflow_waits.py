"""A live Airflow with assets that grow old and with waits: a DAG says which are late, people are asked over REST."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from attrs import frozen

from flowc_targets.airflow import engine
from tests.live import airflow
from tests.live.asked import Asked
from tests.live.servers import Servers, free_port, serving
from tests.live.waiting import AGES, FLOWS, PATIENCE, Waited, grow_old_and_wait, traces
from tests.postgres import database

LOOKS = "waits.freshness"
HEARD = "Received executor event with state success for task instance TaskInstanceKey(dag_id='asking', task_id='ask', "
_SAID = {"success": "fresh", "failed": "late", "skipped": "unknown"}


@frozen
class _Airflow:
    servers: Servers
    api: Any

    def start(self, asked: Asked) -> str:
        return airflow.start(self.api, asked)

    def wait(self, flow: str, run: str) -> None:
        airflow.wait(self.servers, self.api, flow, run)

    def ages(self) -> Mapping[str, str]:
        """By the last run of the DAG that looks."""
        last = f"dags/{LOOKS}/dagRuns?order_by=-run_after&state=success&state=failed&limit=1"
        runs = self.api("GET", last)["dag_runs"]
        if not runs:
            return {}
        run = quote(runs[0]["dag_run_id"], safe="")
        tasks = self.api("GET", f"dags/{LOOKS}/dagRuns/{run}/taskInstances")["task_instances"]
        assert {task["task_id"] for task in tasks} == set(AGES)
        return {task["task_id"]: _SAID[task["state"]] for task in tasks}

    def asks(self, run: str) -> bool:
        """Whether it is among the required actions."""
        open_ = self.api("GET", "dags/~/dagRuns/~/hitlDetails?response_received=false")["hitl_details"]
        return any(each["task_instance"]["dag_run_id"] == run for each in open_)

    def answer(self, run: str, *, yes: bool) -> None:
        # The scheduler has to have heard first that the task's process is over: an answer that is quicker makes it take
        # the end of that process for a failure of the one that goes on. Only its log tells when.
        heard = f"{HEARD}run_id='{run}'"
        self.servers.until(lambda: heard in self.servers.log("scheduler") or None, f"not {heard}", PATIENCE)
        place = f"dags/asking/dagRuns/{quote(run, safe='')}/taskInstances/ask/-1/hitlDetails"
        self.api("PATCH", place, {"chosen_options": ["Approve" if yes else "Reject"], "params_input": {}})


def see(python: Path, project: Path, home: Path) -> Waited:
    """Let assets grow old, and runs wait, on an Airflow of its own in `home`."""
    port = free_port()
    store = database("live_airflow_waits").replace("postgresql:", "postgresql+psycopg:", 1)
    with serving(home, "airflow", airflow.settings(home, project, store, port)) as servers:
        api = airflow.serve(servers, python, port)
        airflow.switch_on(servers, api, {*FLOWS, LOOKS})
        ages, ids = grow_old_and_wait(servers, _Airflow(servers, api))
        reader = Path(__file__).parent / "inside" / "read_airflow.py"
        records = json.loads(servers.call(python, reader, engine.INSIDE))
    runs = {each["run_id"]: each for each in records}
    return Waited(ages, traces("airflow", records, {name: runs[run] for name, run in ids.items()}))
