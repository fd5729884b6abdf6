"""What runs in the environments of engines knows these, and no more: their own type information agrees with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import engine_python
from tests.linters import typed

TARGETS = Path(__file__).parents[4] / "targets" / "flowc_targets"


@pytest.mark.engine
@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine", ["airflow", "dagster", "prefect"])
def test_what_runs_inside_an_engine_is_clean_under_a_type_checker(engine: str, tmp_path: Path) -> None:
    for room in ("engines", engine):
        shutil.copytree(TARGETS / room / "inside", tmp_path, dirs_exist_ok=True)
    (tmp_path / "flowkit").mkdir()  # of a Prefect project
    (tmp_path / "flowkit" / "values.py").write_text("def encode(value: object, type: str) -> str: ...\n")
    assert {"__main__.py", "firings.py", "flowc_inside"} <= {path.name for path in tmp_path.iterdir()}
    assert typed(tmp_path, engine_python(engine)) == []
