"""A DAG of many tasks is quicker to load than Airflow would load it, and serialized as any other."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from benchmarks.programs import layered
from flowc.emit.write import write
from flowc_targets.airflow.dag import MANY
from tests.conftest import engine_python
from tests.unit.targets.airflow.projects import dag, project

LOADED = """
import gc, json, sys
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization

import dagkit.large

def serialized():
    found = DagBag("dags")
    assert not found.import_errors, found.import_errors
    (loaded,) = found.dags.values()
    first, second, *_ = loaded.tasks
    first.params["region"] = "us"
    assert (second.params["region"], loaded.params["region"], gc.isenabled()) == ("eu", "eu", True)
    return type(loaded).__name__, len(loaded.tasks), json.dumps(DagSerialization.to_dict(loaded), sort_keys=True)

name, count, text = serialized()
dagkit.large.LargeDAG = DAG
plain, same_count, same_text = serialized()
print(name, plain, count == same_count, text == same_text)
"""


def test_from_so_many_tasks_on_the_dag_is_a_large_one(tmp_path: Path) -> None:
    small, large = dag(tmp_path, layered(20)), dag(tmp_path, layered(MANY))
    assert "from airflow.sdk import DAG, " in small
    assert "\nwith DAG(\n" in small
    assert "from dagkit.large import LargeDAG\n" in large
    assert "\nwith LargeDAG(\n" in large


@pytest.mark.engine
def test_a_large_dag_is_serialized_as_any_other(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(project(tmp_path, layered(MANY)), out)
    home = {"AIRFLOW_HOME": str(tmp_path / "home"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "PYTHONPATH": str(out)}
    command = [str(engine_python("airflow")), "-c", LOADED]
    done = subprocess.run(command, cwd=out, env={**os.environ, **home}, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["LargeDAG DAG True True"], done.stderr
