"""Runs of other DAGs: a task that starts one, waits for it and ends as it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from airflow.sdk.exceptions import DagRunTriggerException

Context = Mapping[str, Any]

RUN = "trigger_run_id"
"""The XCom in which Airflow keeps the id of the run that was started."""
CHILD = "trigger_dag_id"


def start_flow(context: Context, dag_id: str, conf: Mapping[str, Any]) -> NoReturn:
    """Start a run of a DAG for the same instant, and wait for it; every attempt starts one of its own."""
    run, ti = context["dag_run"], context["ti"]
    ti.xcom_push(key=CHILD, value=dag_id)
    raise DagRunTriggerException(
        trigger_dag_id=dag_id,
        dag_run_id=f"{run.run_id}.{ti.task_id}.{ti.map_index}.{ti.try_number}",
        conf=dict(conf),
        # an instant has one run of a DAG, but may have several children
        logical_date=None,
        run_after=run.logical_date or run.run_after,
        reset_dag_run=False,
        skip_when_already_exists=False,
        wait_for_completion=True,
        allowed_states=["success"],
        failed_states=["failed"],
        poke_interval=1,
        deferrable=False,
    )


def value_of_flow(context: Context, task: Any) -> Any:
    """What the run that a task has started returned."""
    ti = context["ti"]
    task_id, index = (task, ti.map_index) if isinstance(task, str) else (task.task_id, task.map_index)
    found = ti.xcom_pull(task_ids=task_id, map_indexes=index, key=RUN)
    if found is None and index >= 0:
        index = -1
        found = ti.xcom_pull(task_ids=task_id, map_indexes=index, key=RUN)
    dag_id = ti.xcom_pull(task_ids=task_id, map_indexes=index, key=CHILD)
    return ti.xcom_pull(dag_id=dag_id, task_ids="flowc_return", run_id=found, map_indexes=-1) if found else None
