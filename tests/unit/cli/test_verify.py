"""`flowc verify`: differences are told with their places, what cannot be had with what to do; the real thing agrees."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve

import flowc.verify
from flowc.cli import main
from flowc.compiler import compile_sources
from flowc.ir.graph import Graph
from flowc.source import Source
from flowc.verify import Answer, Difference, Request, Unavailable, differences, environment, environments, natively

ROOT = Path(__file__).parents[3]
FLOW = """\
flow nightly(n: int = 2) {
  task load = sh "echo 1" -> int
  for i in 1..n {
    task each = sh "echo #{i}" -> int after load
  }
}
"""
TRACE = ["each[0]  succeeded  1  1", "each[1]  succeeded  1  2", "load     succeeded  1  1", "run      succeeded"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.flow").write_text(FLOW)
    return tmp_path


def graph(folder: Path) -> Graph:
    program = compile_sources([(folder / "a.flow", Source("a.flow", FLOW))]).program
    assert program is not None
    return program.graph("nightly")


def places(found: list[Difference]) -> list[tuple[str, int | None]]:
    return [(each.name, each.origin.line if each.origin else None) for each in found]


# ------------------------------------------------------------------ comparing


def test_equal_traces_have_no_differences_whatever_their_columns(folder: Path) -> None:
    wider = [line.replace("succeeded", "   succeeded   ").rstrip() for line in TRACE]
    assert differences(TRACE, TRACE, graph(folder)) == []
    assert differences(TRACE, wider, graph(folder)) == []


def test_a_difference_stands_where_the_task_does(folder: Path) -> None:
    other = [TRACE[0], "each[1]  succeeded  2  2", "load     succeeded  1  7", "run      failed"]
    found = differences(TRACE, other, graph(folder))
    assert places(found) == [("each[1]", 4), ("load", 2), ("run", 1)]
    assert (found[0].first, found[0].second) == ("succeeded  1  2", "succeeded  2  2")
    assert (found[2].first, found[2].second) == ("succeeded", "failed")


def test_what_only_one_knows_is_a_difference(folder: Path) -> None:
    found = differences(TRACE, [*TRACE[1:], "ghost  succeeded  1"], graph(folder))
    assert places(found) == [("each[0]", 4), ("ghost", None)]
    assert (found[0].first, found[0].second) == ("succeeded  1  1", None)
    assert (found[1].first, found[1].second) == (None, "succeeded  1")


def test_blanks_inside_a_value_count(folder: Path) -> None:
    first, second = ['load  succeeded  1  "a  b"'], ['load  succeeded  1  "a b"']
    assert places(differences(first, second, graph(folder))) == [("load", 2)]


# ------------------------------------------------------------------ environments


def unsaid(text: str) -> None:
    pytest.fail(f"nothing is to be made, and yet: {text}")


def test_an_environment_or_a_python_is_taken_as_given(folder: Path) -> None:
    python = folder / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert environment("airflow", folder / "env", say=unsaid) == python
    assert environment("airflow", Path("env/bin/python"), say=unsaid) == python


def test_what_is_no_environment_is_told() -> None:
    with pytest.raises(Unavailable, match="`nowhere` is neither a Python nor a virtual environment"):
        environment("airflow", Path("nowhere"), say=unsaid)


def test_the_environment_beside_the_project_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = folder / ".engines" / "tiny" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (folder / "deep").mkdir()
    monkeypatch.chdir(folder / "deep")
    assert environment("tiny", None, say=unsaid) == python


def test_without_a_lock_none_is_made() -> None:
    with pytest.raises(Unavailable, match="the target `tiny` brings no lock .* --engine"):
        environment("tiny", None, say=unsaid)


def test_one_that_cannot_be_made_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "lock" / "tiny").mkdir(parents=True)
    (folder / "lock" / "tiny" / "lock.txt").write_text("no-such-thing==1\n")
    failing = folder / "uv"
    failing.write_text(
        '#!/bin/sh\n[ "$1" = venv ] && { for d; do :; done; mkdir -p "$d"; exit 0; }\necho torn >&2; exit 1\n'
    )
    failing.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setattr(environments, "files", lambda package: folder / "lock")
    monkeypatch.setattr(shutil, "which", lambda name: str(failing))
    said: list[str] = []
    with pytest.raises(Unavailable, match=r"could not be made: .*\ntorn"):
        environment("tiny", None, say=said.append)
    assert len(said) == 1
    assert list((folder / "cache" / "flowc" / "engines").iterdir()) == []


# ------------------------------------------------------------------ the command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engine", "airflow"], "--engine is NAME=PATH, not `airflow`."),
        (["--engine", "=env"], "There is no target ``."),
        (["--target", "airflw"], "There is no target `airflw`. Did you mean `airflow`?"),
        (["--flow", "nighty"], "There is no flow `nighty`. Did you mean `nightly`?"),
    ],
)
def test_wrong_usage(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "a.flow", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_param_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "a.flow", "--target", "native", "--param", "m=1"]) == 1
    assert capsys.readouterr().err == "native: no trace: nightly has no param m; it has n\n"


def test_an_engine_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "a.flow", "--engine", "airflow=nowhere"]) == 1
    assert capsys.readouterr().err == "Error: `nowhere` is neither a Python nor a virtual environment\n"


def test_mistakes_in_the_file_come_first(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(FLOW.replace("after load", "after lod"))
    assert main(["verify", "a.flow"]) == 1
    assert "FLOW201" in capsys.readouterr().err


def answers(monkeypatch: pytest.MonkeyPatch, *found: Answer) -> list[Request]:
    """Let the engines answer so, without running anything; what they were asked."""
    asked: list[Request] = []

    def verify(request: Request, engines: object) -> list[Answer]:
        asked.append(request)
        return list(found)

    monkeypatch.setattr(flowc.verify, "verify", verify)
    return asked


ASK = ["verify", "a.flow", "--engine", f"airflow={sys.executable}"]


def test_agreement_prints_the_trace(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    same = Answer("native", tuple(TRACE))
    asked = answers(monkeypatch, same, evolve(same, engine="airflow"))
    assert main([*ASK, "--param", "n=3"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == TRACE
    assert err == "\nnative, airflow agree\n"
    assert asked[0].params == {"n": 3}


def test_a_difference_is_told_at_its_place(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    other = (TRACE[0], "each[1]  succeeded  2  2", TRACE[3])
    answers(monkeypatch, Answer("native", tuple(TRACE)), Answer("airflow", other))
    assert main(ASK) == 1
    assert capsys.readouterr().out.splitlines() == [
        "a.flow:4: each[1]",
        "  native   succeeded  1  2",
        "  airflow  succeeded  2  2",
        "a.flow:2: load",
        "  native   succeeded  1  1",
        "  airflow  (not in the trace)",
    ]


def test_no_trace_is_no_agreement(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answers(monkeypatch, Answer("native", tuple(TRACE)), Answer("airflow", problem="it did not start"))
    assert main(ASK) == 1
    assert capsys.readouterr().err == "airflow: no trace: it did not start\n"


# ------------------------------------------------------------------ for real


def test_the_native_answer_leaves_the_folder_of_the_user_alone(folder: Path) -> None:
    compilation = compile_sources([(folder / "a.flow", Source("a.flow", FLOW))])
    assert compilation.program is not None
    before = sorted(folder.iterdir())
    answer = natively(Request(compilation.program, "nightly", folder), folder.parent / f"{folder.name}-copy")
    assert [line.split() for line in answer.lines] == [line.split() for line in TRACE]
    assert answer.is_success
    assert sorted(folder.iterdir()) == before


@pytest.mark.engine
def test_the_first_example_agrees(
    folder: Path, airflow_python: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = shutil.copytree(ROOT / "examples" / "01_tiny_etl", folder / "etl")
    subprocess.run([sys.executable, "prepare.py"], cwd=project, check=True, capture_output=True)
    monkeypatch.chdir(project)
    words = ["--engine", f"airflow={airflow_python}", "--at", "2024-03-01T06:00"]
    assert main(["verify", "orders_etl.flow", *words]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == (project / "trace.txt").read_text("utf-8").splitlines()
    assert err.endswith("native, airflow agree\n")
