"""`flowc runs diff`: what differs between two runs, and that nothing does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowc.cli import main

SOURCE = """
flow nightly(n: int = 1) {
  task first = sh "echo #{n}" -> int
  task odd   = sh "test #{n} -lt 2" retry 1, delay: 0s
  for x in 1..n { task each = sh "echo #{x}" -> int }
  task last  = sh "echo #{first}" -> str after odd
  task slow  = sh "sleep #{n - 1}"
}
flow other { task a = sh "true" }
"""


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The ids of a run with 1, one with 3, one more with 1, one of the other flow."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.flow").write_text(SOURCE, "utf-8")
    for given in (["n=1"], ["n=3"], ["n=1"]):
        main(["run", "p.flow", "--flow", "nightly", "--quiet", *(word for each in given for word in ("--param", each))])
    main(["run", "p.flow", "--flow", "other", "--quiet"])
    capsys.readouterr()
    folder = tmp_path / ".flowc" / "runs"
    return [path.name for path in sorted(folder.iterdir(), key=lambda path: (path / "journal").stat().st_mtime_ns)]


def test_all_that_differs_is_said(runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "diff", runs[0], runs[1]]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[:-1] == [
        "nightly  succeeded -> failed",
        "param    n = 1 -> 3",
        "",
        "each[1]  not there -> succeeded: 2",
        "each[2]  not there -> succeeded: 3",
        "first    succeeded: 1 -> succeeded: 3",
        'last     succeeded: "1" -> blocked',
        "odd      succeeded -> failed after 2 attempts: exit 1",
        "",
    ]
    assert said[-1].startswith("slow  took 0.0s -> 2.")


def test_runs_that_did_the_same(runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "diff", runs[0], runs[2]]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["nightly  succeeded", "every task ended alike"]


def test_as_json(runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "diff", runs[0], runs[1], "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["outcome"], found["params"]) == (["succeeded", "failed"], {"n": [1, 3]})
    assert [pair["name"] for pair in found["differs"]] == ["each[1]", "each[2]", "first", "last", "odd"]
    assert found["differs"][0]["before"] is None
    assert found["seconds"].keys() == {"each[0]", "first", "odd", "slow"}


def test_runs_of_two_flows_are_not_compared(runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "diff", runs[0], runs[3]]) == 2
    assert "nightly and other" in capsys.readouterr().err
