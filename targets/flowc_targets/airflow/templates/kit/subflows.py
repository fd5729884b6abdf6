"""Runs of other DAGs: a task that starts one, waits for it and ends as it did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, NoReturn

from .deadline import ENDS, FOREVER, Deadline
from .exceptions import AirflowSkipException, DagRunTriggerException
from .failures import UNTIL
from .overlap import has_place
from .xcom import RESULT

Context = Mapping[str, Any]


def start_flow(
    context: Context,
    dag_id: str,
    conf: Mapping[str, Any],
    *,
    result: str | None = None,
    timeout: timedelta | None = None,
    deadline: Deadline | None = None,
    max_runs: int | None = None,
) -> NoReturn:
    """Start a run of a DAG for the same instant, and wait for it; every attempt starts one of its own.

    `result` is the task of that DAG whose value is the run's. Nobody can end a run from outside: it is told when the
    `timeout` is over, or the `deadline` of this run, and which runs are ended with it, and ends itself. With
    `max_runs` the task is skipped where so many runs of that DAG go on.
    """
    run, ti = context["dag_run"], context["ti"]
    if max_runs is not None and not has_place(context, dag_id, max_runs):
        raise AirflowSkipException(f"{max_runs} runs of {dag_id} are going on: a further one would be dropped")
    ends = ending(context, timeout, deadline)
    if result:
        ti.xcom_push(key=RESULT, value=[dag_id, result])
    trigger(context, dag_id, f"{run.run_id}.{ti.task_id}.{ti.map_index}.{ti.try_number}", {**conf, **ends})


def trigger(context: Context, dag_id: str, run_id: str, conf: Mapping[str, Any]) -> NoReturn:
    """Let Airflow start a run of a DAG for the same instant, under an id that is free, and wait for it."""
    run = context["dag_run"]
    raise DagRunTriggerException(
        trigger_dag_id=dag_id,
        dag_run_id=run_id,
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


def ending(context: Context, timeout: timedelta | None, deadline: Deadline | None) -> dict[str, Any]:
    """What a run that is started is told of when it has to end, and with which; a note of it stays with the task."""
    found: dict[str, Any] = {}
    lefts = [timeout] if timeout is not None else []
    if deadline is not None:
        lefts += [left] if (left := deadline.left(context)) < FOREVER else []
        found |= {"with": line} if (line := deadline.line(context)) else {}
    if lefts:
        found["until"] = (datetime.now(timezone.utc) + min(lefts)).isoformat()
    if not found:
        return {}
    context["ti"].xcom_push(key=UNTIL, value=found.get("until"))
    return {ENDS: found}
