"""Parts of a DAG that are DAGs of their own: their runs have the id of its run, and hear of each other by it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from .deadline import Deadline
from .exceptions import AirflowFailException, AirflowSkipException
from .subflows import ending, trigger
from .xcom import RESULT, RUN, returned

Context = Mapping[str, Any]
_LOOK = 2.0
"""Seconds between looks at a run that goes on by itself."""


def start_part(context: Context, dag_id: str, conf: Mapping[str, Any], *, deadline: Deadline | None = None) -> None:
    """Start the run of a part, and wait for it; where this run is resumed, for the run that it started before.

    What failed in that has to be cleared there: it goes on with it, and keeps what succeeded.
    """
    run, ti = context["dag_run"], context["ti"]
    if ti.try_number > 1 and ti.get_dr_count(dag_id=dag_id, run_ids=[run.run_id]):
        if _ended(context, dag_id) == "failed":
            raise AirflowFailException(f"the run of {dag_id} failed: clear there what has to run again")
        return
    trigger(context, dag_id, run.run_id, {**conf, **ending(context, None, deadline)})


def of_part(context: Context, dag_id: str, task_id: str, *, is_run: bool = False) -> Any:
    """End as a task did in the run of a part, once that is over; what it gave.

    `is_run`: it has started a run of another DAG, and gave what that returned.
    """
    ti = context["ti"]
    _ended(context, dag_id)  # which goes on where it is resumed with this one
    place = {"dag_id": dag_id, "run_id": ti.run_id}
    states = ti.get_task_states(dag_id=dag_id, task_ids=[task_id], run_ids=[ti.run_id])
    state = states.get(ti.run_id, {}).get(task_id)
    if state == "skipped":
        raise AirflowSkipException(f"{task_id} of {dag_id} was skipped")
    if state != "success":
        raise AirflowFailException(f"{task_id} of {dag_id} failed or was blocked")
    if not is_run:
        return ti.xcom_pull(task_ids=task_id, map_indexes=-1, **place)
    run, result = (ti.xcom_pull(task_ids=task_id, map_indexes=-1, key=key, **place) for key in (RUN, RESULT))
    return returned(context, result, run) if run and result else None


def in_part(context: Context, dag_id: str) -> Context:
    """The context as if it were one of the run of a part, for what looks at its tasks."""
    return {**context, "ti": _InPart(context["ti"], dag_id)}


class _InPart:
    """A task instance that sees the run of another DAG."""

    def __init__(self, ti: Any, dag_id: str) -> None:
        self._ti = ti
        self.dag_id, self.run_id, self.map_index = dag_id, ti.run_id, -1

    def get_task_states(self, **given: Any) -> Any:
        return self._ti.get_task_states(**given)

    def xcom_pull(self, **given: Any) -> Any:
        return self._ti.xcom_pull(dag_id=self.dag_id, run_id=self.run_id, **given)


def _ended(context: Context, dag_id: str) -> str:
    """Wait until the run of a part is over; how it ended."""
    ti = context["ti"]
    while (state := ti.get_dagrun_state(dag_id=dag_id, run_id=ti.run_id)) not in ("success", "failed"):
        time.sleep(_LOOK)
    return state
