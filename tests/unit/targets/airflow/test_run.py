"""What a task of a generated project knows of its run."""

from __future__ import annotations

import importlib.util
from importlib import resources
from types import SimpleNamespace
from typing import Any

import pytest

PLACE = resources.files("flowc_targets.airflow").joinpath("templates", "kit", "run.py")


def kit() -> Any:
    spec = importlib.util.spec_from_file_location("kit_run", str(PLACE))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("run_id", "run_type", "trigger"),
    [
        ("manual__2026-01-01T06:00:00+00:00", "manual", "manual"),
        ("scheduled__2026-01-01T06:00:00+00:00", "scheduled", "schedule"),
        ("file__0a1b2c", "operator_triggered", "file"),
        ("webhook__order.1.1", "manual", "webhook"),
        ("partition__eu", "manual", "backfill"),
        # Runs that a task has started, whatever had started its own.
        ("manual__2026-01-01T06:00:00+00:00.load.-1.1", "operator_triggered", "run"),
        ("flow__0a1b2c.group.load.3.2", "operator_triggered", "run"),
        ("partition__eu.load.-1.1", "operator_triggered", "run"),
    ],
)
def test_what_started_a_run_is_told_by_its_id_and_its_type(run_id: str, run_type: str, trigger: str) -> None:
    run = SimpleNamespace(run_id=run_id, run_type=run_type)
    assert kit().run_trigger({"dag_run": run}) == trigger
