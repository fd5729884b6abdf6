"""A run that failed is resumed as each engine does it, and comes to what it comes to natively (rule 23).

The tasks count how often they ran, so that what was kept is told from what ran again with the same result. What an
engine does otherwise, its target's page says.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

from flowc.compiler import compile_paths, in_parts
from flowc.ir.graph import Program
from flowc.runtime import api
from flowc.target.registry import target
from flowc_targets.native.load import load
from tests.conftest import engine_python
from tests.stories import columns

FOLDER = Path(__file__).parent / "resumed"
FLOWS = ("plain", "mixed")
Found = tuple[list[str], Counter[str]]
"""The trace, and how often each task ran."""


@pytest.fixture(scope="module")
def program() -> Program:
    found = compile_paths([FOLDER / "main.flow"]).program
    assert found is not None
    return found


@pytest.fixture(scope="module")
def resumed(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Found]:
    """Each flow natively, once it was resumed."""
    return {name: natively(program, name, tmp_path_factory.mktemp(name) / "native") for name in FLOWS}


def natively(program: Program, name: str, folder: Path, *, anew: bool = False) -> Found:
    shutil.copytree(FOLDER, folder)
    flows = load(program)
    first = api.run(flows[name], {}, root=folder, flows=flows.values())
    assert first.trace[-1].split() == ["run", "failed"]
    if anew:
        second = api.run(flows[name], {}, root=folder, flows=flows.values())
    else:
        second = api.resume(first.folder.name, flows[name], root=folder, flows=flows.values())
    return columns(list(second.trace)), ran(folder)


def on_engine(engine: str, program: Program, home: Path) -> Mapping[str, Found]:
    rooms = target(engine).lower.__module__.rpartition(".")[0]
    verify = import_module(f"{rooms}.verify")
    stories = [verify.Story(name, program, name, resumes=1) for name in FLOWS]
    results = verify.run_many(stories, python=engine_python(engine), home=home)
    assert {result.name: result.problem for result in results} == dict.fromkeys(FLOWS)
    folders = [home / "projects" / str(number) for number in range(len(FLOWS))]
    return {each.name: (columns(list(each.lines)), ran(folder)) for each, folder in zip(results, folders, strict=True)}


def ran(folder: Path) -> Counter[str]:
    return Counter({path.name: path.stat().st_size for path in (folder / "ran").iterdir()})


def test_natively_what_succeeded_is_kept(resumed: Mapping[str, Found]) -> None:
    trace, counts = resumed["mixed"]
    assert trace[-1] == "run  succeeded"
    assert (counts["wept"], counts["sang"]) == (1, 1)  # each end has its handlers once
    assert {name for name, count in counts.items() if count == 2} == {
        *("shaky", "lost", "numbers", "part-2", "loose-3"),  # failed
        *("always", "swept"),  # what follows one that failed, whatever it came to; what is done at the end
    }


@pytest.mark.engine
@pytest.mark.timeout(900)
def test_dagster_re_executes_from_failure(program: Program, resumed: Mapping[str, Found], tmp_path: Path) -> None:
    assert on_engine("dagster", program, tmp_path) == resumed


@pytest.mark.engine
@pytest.mark.timeout(900)
def test_dagster_re_executes_from_failure_in_parts_too(
    program: Program, resumed: Mapping[str, Found], tmp_path: Path
) -> None:
    parts = in_parts(program, 3, nests=True)
    assert all(len(graph.parts) > 1 for graph in parts.graphs)
    assert on_engine("dagster", parts, tmp_path) == resumed


@pytest.mark.engine
@pytest.mark.timeout(900)
def test_airflow_clears_what_failed(program: Program, resumed: Mapping[str, Found], tmp_path: Path) -> None:
    """With all downstream of it; what a fallback saved is left. Attempts are counted on."""

    assert without_attempts(on_engine("airflow", program, tmp_path)) == without_attempts(resumed)


def without_attempts(found: Mapping[str, Found]) -> Mapping[str, Found]:
    return {name: ([re.sub(r"  \d+", "", line, count=1) for line in trace], n) for name, (trace, n) in found.items()}


def test_natively_the_parts_of_a_flow_keep_what_succeeded(
    program: Program, resumed: Mapping[str, Found], tmp_path: Path
) -> None:
    parts = in_parts(program, 3)
    assert len(parts.graphs) > 2 * len(program.graphs)
    assert {name: natively(parts, name, tmp_path / name) for name in FLOWS} == resumed


@pytest.mark.engine
@pytest.mark.timeout(900)
def test_airflow_clears_what_failed_in_parts_too(
    program: Program, resumed: Mapping[str, Found], tmp_path: Path
) -> None:
    """First in the runs of the parts, then in that of the flow."""
    assert without_attempts(on_engine("airflow", in_parts(program, 3), tmp_path)) == without_attempts(resumed)


@pytest.mark.engine
@pytest.mark.timeout(900)
def test_prefect_runs_all_tasks_again(program: Program, tmp_path: Path) -> None:
    anew = {name: natively(program, name, tmp_path / "anew" / name, anew=True) for name in FLOWS}
    assert on_engine("prefect", program, tmp_path / "prefect") == anew
