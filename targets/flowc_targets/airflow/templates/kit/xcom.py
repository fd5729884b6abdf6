"""Values of other tasks of the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .states import At

VERDICT = "verdict"
"""The XCom of a check that has found that what follows has to be skipped."""
INSTANCES = "instances"
"""The XCom of a task that gathers a mapped one, where a group asks: what its instances came to, each once."""
RUN, RESULT = "trigger_run_id", "trigger_result"
"""The XComs of a task that has started a run of another DAG: the run's id; the DAG's, and that of its task to ask."""

Context = Mapping[str, Any]


def pull(context: Context, task: str | At, *, key: str = "return_value", unless: Iterable[str | At] = ()) -> Any:
    """What a task of this run has left in an XCom, or None; of the reader's own element where both are mapped.

    `unless` are checks: where one of them says skip, there is no value.
    """
    if any(pull(context, check, key=VERDICT) for check in unless):
        return None
    if not isinstance(task, str):
        return pull_at(context, task.task_id, task.map_index, key)
    own = context["ti"].map_index
    found = pull_at(context, task, own, key)
    return pull_at(context, task, -1, key) if found is None and own >= 0 else found


def pull_at(context: Context, task: str, index: int, key: str = "return_value") -> Any:
    """What an instance of a task has left in an XCom, or None; the index is -1 where it is not mapped."""
    return context["ti"].xcom_pull(task_ids=task, map_indexes=index, key=key)


def value_of_flow(context: Context, task: str | At, *, unless: Iterable[str | At] = ()) -> Any:
    """What the run of another DAG returned that a task has started."""
    run = pull(context, task, key=RUN, unless=unless)
    return returned(context, pull(context, task, key=RESULT), run) if run else None


def value_of_flow_at(context: Context, task: str, index: int) -> Any:
    """The same of an instance of a mapped task."""
    run = pull_at(context, task, index, RUN)
    return returned(context, pull_at(context, task, index, RESULT), run) if run else None


def returned(context: Context, result: tuple[str, str], run: str) -> Any:
    """A run that has failed returns nothing, whatever its tasks have left."""
    (dag, task), ti = result, context["ti"]
    if ti.get_dagrun_state(dag_id=dag, run_id=run) != "success":
        return None
    return ti.xcom_pull(dag_id=dag, task_ids=task, run_id=run, map_indexes=-1)
