"""`flowc run` and `flowc runs`: a real run of shell tasks, and what is kept of it."""

import json
import re
from pathlib import Path

import pytest

from flowc.cli import main

FLOW = """\
flow nightly(region: str = "eu", n: int = 1) -> (said: str) {
  task load = sh "echo load #{region}" -> str
  task bad = sh "echo oops; exit 3" when n > 1
  for i in 1..n {
    task each = sh "echo #{i}" -> int after load
  }
  return said: load
}

flow other {
  task lonely = sh "true"
}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.flow").write_text(FLOW)
    return tmp_path


def run(*words: str) -> int:
    return main(["run", "a.flow", "--flow", "nightly", *words])


def test_the_trace_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--trace", "--param", "region=us") == 0
    assert capsys.readouterr().out == (
        'bad      skipped    0\neach[0]  succeeded  1  1\nload     succeeded  1  "load us"\nrun      succeeded\n'
    )


def test_a_failed_run_is_1_and_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--param", "n=2") == 1
    out, err = capsys.readouterr()
    assert re.search(r"^ +\d+\.\ds  load starts$", out, re.MULTILINE)
    assert "  bad failed: exit 3\n    printed: .flowc/runs/" in err
    assert "flowc runs show " in err


def test_the_trace_of_a_failed_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--trace", "--param", "n=2") == 1
    out, _ = capsys.readouterr()
    assert out.splitlines()[0] == "bad      failed     1"
    assert out.splitlines()[-1] == "run      failed"


def test_quiet_says_nothing_of_a_good_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert run("--quiet", "--param", "n=2") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "bad failed: exit 3" in err


def test_events_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [events[0]["event"], events[-1]["event"], events[-1]["outcome"]] == ["run", "finish", "succeeded"]
    assert {event.get("task") for event in events} == {None, "load", "bad", "each[0]"}


def test_params_of_a_file_and_of_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "p.json").write_text('{"region": "file", "n": 3}')
    assert run("--trace", "--params-file", "p.json", "--param", "n=1") == 0
    out = capsys.readouterr().out
    assert '"load file"' in out
    assert "each[1]" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--param", "n=many"], "n"),
        (["--param", "m=1"], "m"),
        (["--param", "n"], "NAME=VALUE"),
        (["--at", "tomorrow"], "is no instant"),
        (["--resume", "nothing"], "nothing"),
        (["--resume", "x", "--param", "n=1"], "began with"),
        (["--trace", "--json"], "exclude each other"),
        (["--jobs", "0"], "--jobs"),
    ],
)
def test_wrong_usage(words: list[str], said: str, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert run(*words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert not list((folder / ".flowc").glob("runs/*"))


def test_one_of_several_flows_must_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "a.flow"]) == 2
    assert "nightly, other" in capsys.readouterr().err


def test_wrong_text_runs_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(FLOW.replace("when", "wen"))
    assert run() == 1
    assert "FLOW211" in capsys.readouterr().err
    assert not (folder / ".flowc").exists()


def test_runs_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs"]) == 0
    assert capsys.readouterr().out.startswith("nothing ran here yet")
    run("--quiet", "--param", "region=us", "--at", "2024-01-31T06:00Z")
    run("--quiet", "--param", "n=2")
    capsys.readouterr()
    assert main(["runs", "list"]) == 0
    heads, latest, first = capsys.readouterr().out.splitlines()
    assert heads.split() == ["run", "flow", "outcome", "took", "at"]
    assert (latest.split()[1:3], first.split()[1:3]) == (["nightly", "failed"], ["nightly", "succeeded"])
    assert first.split()[-1] == "2024-01-31T06:00:00Z"

    assert main(["runs", "show", first.split()[0]]) == 0
    out = capsys.readouterr().out
    assert out.startswith("nightly  succeeded  after ")
    assert 'param    region = "us"\n' in out
    assert '\nload     succeeded  1  "load us"\n' in out

    assert main(["runs", "show", latest.split()[0]]) == 0
    assert "\nbad: exit 3\n" in capsys.readouterr().out

    assert main(["runs", "show", "--trace", first.split()[0]]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "run      succeeded"

    assert main(["runs", "show", "--json", first.split()[0]]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["event"] == "run"


def test_a_run_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    run("--quiet")
    capsys.readouterr()
    assert main(["runs", "show", "1999"]) == 1
    assert "no run begins with `1999`" in capsys.readouterr().err


def test_a_failed_run_goes_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(FLOW.replace("exit 3", "test -f mended"))
    assert run("--quiet", "--param", "n=2") == 1
    identity = re.findall(r"--resume (\S+)", capsys.readouterr().err)[-1]
    (folder / "mended").touch()
    assert run("--trace", "--resume", identity) == 0
    assert capsys.readouterr().out.splitlines()[0] == "bad      succeeded  1"


@pytest.mark.parametrize("levels", [101, 300, 99_999])
@pytest.mark.parametrize("option", ["--event", "--param"])
def test_json_that_is_nested_too_deep_is_wrong_usage(
    option: str, levels: int, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = "[" * levels + "]" * levels
    head, given = ("(x: json = null)", f"x={text}") if option == "--param" else ("", text)
    on = "" if option == "--param" else 'on webhook "/a"\n'
    (tmp_path / "deep.flow").write_text(f'flow deep{head} {{\n{on}  task a = sh "true"\n}}\n')
    assert main(["run", str(tmp_path / "deep.flow"), option, given]) == 2
    assert "nested" in capsys.readouterr().err
