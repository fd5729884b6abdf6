"""What a DAG returns."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG


def dag_result(dag: DAG, made: Any) -> Any:
    """Let a task's value be the DAG's; before Airflow 3.3 DAGs have none, and it is the task's alone."""
    add = getattr(dag, "add_result", None)
    return add(made) if add else made
