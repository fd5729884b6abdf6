"""Runs of other DAGs: a task that starts one, waits for it and ends as it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from .exceptions import DagRunTriggerException
from .xcom import RESULT

Context = Mapping[str, Any]


def start_flow(context: Context, dag_id: str, conf: Mapping[str, Any], *, result: str | None = None) -> NoReturn:
    """Start a run of a DAG for the same instant, and wait for it; every attempt starts one of its own.

    `result` is the task of that DAG whose value is the run's.
    """
    run, ti = context["dag_run"], context["ti"]
    if result:
        ti.xcom_push(key=RESULT, value=[dag_id, result])
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
