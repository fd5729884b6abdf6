"""`flowc verify`: differences are told with their places, what cannot be had with what to do; the real thing agrees."""

import io
import json
import platform
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import flowc.verify
from flowc.cli import main
from flowc.cli.progress.steps import Steps
from flowc.compiler import compile_sources
from flowc.ir.graph import Graph
from flowc.source import Source
from flowc.target.registry import target
from flowc.verify import (
    Answer,
    Difference,
    Found,
    Missing,
    Request,
    Unavailable,
    differences,
    environments,
    look,
    make,
    natively,
)
from flowc.verify.run import Watch

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


def test_an_environment_or_a_python_is_taken_as_given(folder: Path) -> None:
    python = folder / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert look("airflow", folder / "env") == Found("airflow", python)
    assert look("airflow", Path("env/bin/python")) == Found("airflow", python)


def test_what_is_no_environment_is_told() -> None:
    with pytest.raises(Unavailable, match="`nowhere` is neither a Python nor a virtual environment"):
        look("airflow", Path("nowhere"))


def test_the_environment_beside_the_project_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = folder / ".engines" / "tiny" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (folder / "deep").mkdir()
    monkeypatch.chdir(folder / "deep")
    assert look("tiny", None) == Found("tiny", python)


def test_without_a_lock_none_is_made() -> None:
    with pytest.raises(Unavailable, match="the target `native` brings no lock .* --engine"):
        look("native", None)


def lock_of(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, uv: str) -> None:
    """A target `tiny` with a lock, and what stands for uv."""
    (folder / "tiny").mkdir()
    (folder / "tiny" / "lock.txt").write_text(text)
    standing = folder / "uv"
    standing.write_text(
        f'#!/bin/sh\nfor last; do :; done\nif [ "$1" = venv ]; then mkdir -p "$last/bin"; exit; fi\n{uv}\n'
    )
    standing.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setattr(environments, "files", lambda package: folder / "tiny")
    monkeypatch.setattr("flowc.target.registry.package_of", lambda name: name)
    monkeypatch.setattr(shutil, "which", lambda name: str(standing))


def test_one_is_made_once_for_a_lock(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock_of(folder, monkeypatch, "one==1 \\\n    --hash=sha256:00\ntwo==2 ; sys_platform == 'win32'\n", 'touch "$7"')
    missing = look("tiny", None)
    assert isinstance(missing, Missing)
    assert missing.packages == 2
    assert missing.folder.parent == folder / "cache" / "flowc" / "engines"
    made = make(missing)
    assert made == Found("tiny", missing.folder / "bin" / "python")
    assert look("tiny", None) == made
    (folder / "tiny" / "lock.txt").write_text("one==2\n")
    assert isinstance(look("tiny", None), Missing), "another lock is another environment"


def test_one_that_cannot_be_made_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock_of(folder, monkeypatch, "no-such-thing==1\n", "echo torn >&2; exit 1")
    missing = look("tiny", None)
    assert isinstance(missing, Missing)
    with pytest.raises(Unavailable, match=r"could not be made: .*\ntorn"):
        make(missing)
    assert list((folder / "cache" / "flowc" / "engines").iterdir()) == []


def test_versions_are_those_of_the_environment() -> None:
    told = environments.versions(Path(sys.executable), "attrs")
    assert told == {"attrs": metadata.version("attrs"), "python": platform.python_version()}
    with pytest.raises(Unavailable, match="lacks no-such-thing"):
        environments.versions(Path(sys.executable), "no-such-thing")
    with pytest.raises(Unavailable, match="is no Python that can be asked"):
        environments.versions(Path("/bin/false"), "attrs")


# ------------------------------------------------------------------ the command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engine", "airflow"], "--engine is NAME=PATH, not `airflow`."),
        (["--engine", "=env"], "There is no target ``."),
        (["--target", "airflw"], "There is no target `airflw`. Did you mean `airflow`?"),
        (["--target", "native"], "The target `native` has no engine to compare with: native is always compared."),
        (["--flow", "nighty"], "There is no flow `nighty`. Did you mean `nightly`?"),
    ],
)
def test_wrong_usage(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "a.flow", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_param_that_there_is_not(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(flowc.verify, "versions", lambda python, package: {package: "3.1.8", "python": "3.11.1"})
    assert main([*ASK, "--param", "m=1"]) == 1
    said = timeless(capsys.readouterr().err)
    problem = "native: no trace: nightly has no param m; it has n"
    assert said[1:] == ["native   ran, 0.0s", problem], "no engine is asked"
    assert not Path("build").exists(), "where nothing was compared there is no certificate"


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

    def verify(request: Request, engines: object, watch: Watch) -> list[Answer]:
        asked.append(request)
        for answer in found:
            with watch(answer.engine):
                pass
        return list(found)

    monkeypatch.setattr(flowc.verify, "verify", verify)
    monkeypatch.setattr(flowc.verify, "versions", lambda python, package: {package: "3.1.8", "python": "3.11.1"})
    return asked


def timeless(text: str) -> list[str]:
    return re.sub(r"\d+\.\ds$", "0.0s", text, flags=re.MULTILINE).splitlines()


def kept() -> dict[str, Any]:
    """The certificate."""
    return json.loads(Path("build/verify.json").read_text("utf-8"))


ASK = ["verify", "a.flow", "--engine", f"airflow={sys.executable}"]


def test_agreement_prints_the_trace(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    same = Answer("native", tuple(TRACE))
    asked = answers(monkeypatch, same, evolve(same, engine="airflow"))
    assert main([*ASK, "--param", "n=3"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == TRACE
    assert timeless(err) == [
        f"native   runs it on Python {platform.python_version()}",
        "native   ran, 0.0s",
        "airflow  runs it on Airflow 3.1.8",
        "airflow  ran, 0.0s",
        "",
        "native, airflow agree",
        f"wrote {Path('build/verify.json')}",
    ]
    assert asked[0].params == {"n": 3}
    assert asked[0].at is not None, "all engines run for the same instant"


@pytest.mark.parametrize(
    ("version", "note"),
    [
        ("9.8.7", "airflow  9.8.7 is no version that the stories were run on: 3.3.2, "),
        ("3.0.6", "airflow  3.0.6 is older than the project asks for: an attempt whose process dies is retried since"),
        ("3.1.8", ""),
    ],
)
def test_a_version_that_nobody_has_seen_is_told_of(
    version: str, note: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.flow").write_text('flow f {\n  task a = sh "true" retry 1, delay: 1s\n}\n')
    same = Answer("native", ("a    succeeded  1", "run  succeeded"))
    answers(monkeypatch, same, evolve(same, engine="airflow"))
    monkeypatch.setattr(flowc.verify, "versions", lambda python, package: {package: version, "python": "3.11.1"})
    assert main(ASK) == 0
    noted = [line for line in capsys.readouterr().err.splitlines() if line.startswith(f"airflow  {version} is")]
    assert [line[: len(note)] for line in noted] == ([note] if note else [])


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
    assert "airflow: no trace: it did not start\n\nairflow differs\n" in capsys.readouterr().err
    assert kept()["engines"]["airflow"]["verdict"] == "no trace"
    assert kept()["equal"] is False


def test_what_one_refuses_the_others_are_still_compared_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dagster has no ticks but at whole minutes."""
    (folder / "a.flow").write_text(FLOW.replace("{\n", "{\n  every 90s\n", 1))
    monkeypatch.setattr(flowc.verify, "look", lambda name, given: Found(name, Path(sys.executable)))
    same = Answer("native", tuple(TRACE))
    answers(monkeypatch, same, evolve(same, engine="airflow"))
    monkeypatch.setattr("flowc.target.registry.with_engines", lambda: ("airflow", "dagster"))
    assert main(["verify", "a.flow"]) == 0, "nobody asked for Dagster by its name"
    err = capsys.readouterr().err
    assert "error[FLOW901 not-representable]" in err
    assert "\nnative, airflow agree; dagster refuses it\n" in err
    told = kept()
    assert (told["equal"], list(told["engines"])) == (True, ["airflow", "dagster"])
    (refused,) = told["engines"]["dagster"]["refused"]
    assert (refused["feature"], refused["flow"]) == ("schedule_every", "nightly")
    assert refused["because"]
    assert main(["verify", "a.flow", "--target", "airflow", "--target", "dagster"]) == 1, "now somebody did"


def test_the_certificate_is_the_same_file_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    same = Answer("native", (*TRACE[:-1], 'where  succeeded  1  "/tmp/flowc-verify-abc_1/native/x"', TRACE[-1]))
    answers(monkeypatch, same, evolve(same, engine="airflow"))
    words = [*ASK, "--at", "2024-03-01T06:00Z", "--param", "n=3", "--report", "seen.json"]
    assert main(words) == 0
    first = Path("seen.json").read_text("utf-8")
    assert main(words) == 0, "one of ours is written anew"
    assert Path("seen.json").read_text("utf-8") == first
    told = json.loads(first)
    assert list(told) == [
        *("certificate", "flowc", "flow", "at", "params", "digests", "files", "equal", "trace", "native", "engines"),
    ]
    assert (told["at"], told["params"]) == ("2024-03-01T06:00:00+00:00", {"n": 3})
    assert told["trace"][3] == 'where  succeeded  1  "<folder>/native/x"'
    assert list(told["files"]) == ["a.flow"]
    assert told["engines"]["airflow"]["versions"] == {"apache-airflow": "3.1.8", "python": "3.11.1"}


def test_what_is_no_certificate_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers(monkeypatch, Answer("native", tuple(TRACE)))
    (folder / "notes.json").write_text('{"mine": true}')
    assert main([*ASK, "--report", "notes.json"]) == 1
    assert (folder / "notes.json").read_text() == '{"mine": true}'
    assert asked == [], "that is told before anything runs"


def test_facts_that_do_not_hold_are_no_agreement(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    same = Answer("native", tuple(TRACE))
    answers(monkeypatch, same, evolve(same, engine="airflow", broken=("each[0] started before load[] had ended",)))
    assert main(ASK) == 1
    assert capsys.readouterr().out == "airflow: each[0] started before load[] had ended\n"
    assert kept()["engines"]["airflow"]["verdict"] == "differs"


@pytest.mark.parametrize("is_live", [False, True])
def test_a_step_is_told_when_it_has_ended_well(is_live: bool) -> None:
    stream = io.StringIO()
    steps = Steps(stream, is_live)
    with steps.step("airflow", "installs", "is installed"):
        steps.say("meanwhile")
    with pytest.raises(KeyError), steps.step("dagster", "installs", "is installed"):
        raise KeyError
    lines = [line for line in timeless(stream.getvalue()) if line.strip()]
    assert "airflow  is installed, 0.0s" in lines
    assert not any(line.startswith("dagster  is installed") for line in lines)
    assert ("airflow  installs" in lines) is not is_live


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
@pytest.mark.slow
def test_all_engines_agree_on_the_first_example(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = shutil.copytree(ROOT / "examples" / "01_tiny_etl", folder / "etl")
    subprocess.run([sys.executable, "prepare.py"], cwd=project, check=True, capture_output=True)
    monkeypatch.chdir(project)
    assert main(["verify", "orders_etl.flow", "--at", "2024-03-01T06:00"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == (project / "trace.txt").read_text("utf-8").splitlines()
    assert "\nnative, airflow, dagster, prefect agree\n" in err
    told = kept()
    assert told["equal"] is True
    assert told["trace"] == out.splitlines()
    for name, engine in told["engines"].items():
        supported = target(name).supported
        assert supported is not None
        assert engine["versions"][supported.package] == supported.newest.name
    for name in ("native", *told["engines"]):
        assert main(["build", "orders_etl.flow", "--target", name, "-o", f"out/{name}"]) == 0
        headers = [path.read_text("utf-8") for path in (project / "out" / name).rglob("*.py")]
        assert any(f"(digest {told['digests']['orders_etl'][:12]})" in header for header in headers)
    assert str(folder) not in Path("build/verify.json").read_text("utf-8")
