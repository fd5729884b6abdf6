"""Assets of a live Airflow grow old and runs wait: a DAG says which are late, people are asked over REST."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from attrs import frozen

from tests.live.asked import Asked
from tests.live.servers import Servers
from tests.live.waiting import AGES, PATIENCE

LOOKS = "live.freshness"
HEARD = "Received executor event with state success for task instance TaskInstanceKey(dag_id='asking', task_id='ask', "
_SAID = {"success": "fresh", "failed": "late", "skipped": "unknown"}


@frozen
class Airflow:
    """What is asked of it; `start` and `wait` as for all flows."""

    servers: Servers
    api: Any
    start: Callable[[Asked], str]
    wait: Callable[[str, str], None]

    def ages(self) -> Mapping[str, str]:
        """By the last run of the DAG that looks."""
        last = f"dags/{LOOKS}/dagRuns?order_by=-run_after&state=success&state=failed&limit=1"
        runs = self.api("GET", last)["dag_runs"]
        if not runs:
            return {}
        run = quote(runs[0]["dag_run_id"], safe="")
        tasks = self.api("GET", f"dags/{LOOKS}/dagRuns/{run}/taskInstances")["task_instances"]
        return {task["task_id"]: _SAID[task["state"]] for task in tasks if task["task_id"] in AGES}

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
