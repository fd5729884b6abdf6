"""`flowc test`: a line a test, what does not hold, the exit codes, JUnit read back."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from flowc.cli import main

GOOD = """flow nightly {
  task load = sh "wc -l < a.csv" -> int
  task deep = sh "make deep" when load > 10
}
test "a large day" for nightly {
  set load = 11
  expect ran(deep)
}
test "a small day" for nightly {
  set load = 10
  expect skipped(deep)
}
"""
BAD = GOOD.replace("set load = 11", "set load = 9")
BLANK = GOOD.replace("  set load = 11\n", "")
WRONG = GOOD.replace("ran(deep)", "ran(dep)")
NONE = 'flow other {\n  task load = sh "make load"\n}\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_hold(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(GOOD)
    (folder / "b.flow").write_text(NONE)
    assert main(["test"]) == 0
    *lines, end = capsys.readouterr().out.splitlines()
    assert lines == ["ok      a.flow:5  a large day", "ok      a.flow:9  a small day"]
    assert end.startswith("2 passed in ")


def test_what_does_not_hold_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(BAD)
    assert main(["test", "a.flow"]) == 1
    shown, _, end = capsys.readouterr().out.rpartition("\n1 passed, 1 failed in ")
    assert end.strip().endswith("s")
    assert (
        shown
        == """\
failed  a.flow:5  a large day

error[FLOW831 expectation-failed]: `ran(deep)` does not hold
 --> a.flow:7:10
  |
7 |   expect ran(deep)
  |          ^^^^^^^^^ is false
  = note: deep: skipped
  = note: the run came to
          deep  skipped    0
          load  succeeded  1  9
          run   succeeded

ok      a.flow:9  a small day"""
    )


def test_what_is_not_set_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(BLANK)
    assert main(["test", "-k", "large"]) == 1
    out = capsys.readouterr().out
    assert "error[FLOW832 test-cannot-run]: what is decided here reads `load`, which the test does not set" in out
    assert "= help: set load = ...\n" in out
    assert "1 not set up in " in out


def test_mistakes_of_the_source(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(WRONG)
    (folder / "b.flow").write_text(GOOD.replace("nightly", "weekly"))
    assert main(["test", "--junit", "out.xml"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("error[FLOW201 unknown-name]: `dep` is no task or group of this flow\n --> a.flow:7:14\n")
    assert "ok      b.flow:5  a large day" in out  # another project
    assert "1 error in 2 files\n2 passed in " in out
    suites = ElementTree.parse(folder / "out.xml").getroot()
    assert suites.attrib == {"name": "flowc", "tests": "3", "failures": "0", "errors": "1"}


def test_only_some(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(GOOD)
    assert main(["test", "-k", "LARGE"]) == 0
    assert "small" not in capsys.readouterr().out
    assert main(["test", "-k", "nightly"]) == 0
    assert main(["test", "-k", "tiny"]) == 2
    assert "-k tiny: no test has that" in capsys.readouterr().err
    assert main(["test", "nowhere"]) == 2


def test_no_test_at_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "b.flow").write_text(NONE)
    assert main(["test"]) == 0
    assert capsys.readouterr().out == "no test in 1 file\n"


def test_a_line_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(BAD)
    assert main(["test", "--format", "oneline"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "a.flow:5:6: failed: a large day",
        "a.flow:7:10: error[FLOW831 expectation-failed]: `ran(deep)` does not hold",
        "a.flow:9:6: passed: a small day",
    ]


def test_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(BAD)
    assert main(["test", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["diagnostics"] == []
    first, second = found["tests"]
    assert (first["outcome"], first["line"], second["outcome"]) == ("failed", 5, "passed")
    assert first["diagnostics"][0]["code"] == "FLOW831"
    assert first["trace"] == ["deep  skipped    0", "load  succeeded  1  9", "run   succeeded"]


def test_junit_read_back(folder: Path) -> None:
    (folder / "a.flow").write_text(BAD.replace("a small day", "a <small> & \\u{7} day"))
    (folder / "b.flow").write_text(BLANK.replace("nightly", "weekly"))
    assert main(["test", "--junit", "out.xml"]) == 1
    root = ElementTree.parse(folder / "out.xml").getroot()
    assert root.attrib == {"name": "flowc", "tests": "4", "failures": "1", "errors": "1"}
    assert [suite.attrib["name"] for suite in root] == ["a.flow", "b.flow"]
    cases = {(each.attrib["classname"], each.attrib["name"]): each for each in root.iter("testcase")}
    failed, lacking = cases["nightly", "a large day"], cases["weekly", "a large day"]
    assert failed.attrib["file"] == "a.flow"
    assert failed.attrib["line"] == "5"
    (failure,) = failed.findall("failure")
    assert failure.attrib == {"message": "`ran(deep)` does not hold", "type": "expectation-failed"}
    assert "^^^^^^^^^ is false" in (failure.text or "")
    assert (failed.findtext("system-out") or "").endswith("run   succeeded")
    assert [each.tag for each in lacking][:1] == ["error"]
    assert any("<small> &" in name for _, name in cases)


def test_junit_that_cannot_be_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.flow").write_text(GOOD)
    assert main(["test", "--junit", "nowhere/out.xml"]) == 1
    assert "--junit nowhere/out.xml: no such file or directory" in capsys.readouterr().err


def test_the_profile_counts(folder: Path) -> None:
    (folder / "a.flow").write_text(
        'flow f(n: int = 1) {\n  task a = sh "true" when n == 2\n}\n'
        "profile two { set f.n = 2 }\n"
        'test "x" for f { expect ran(a) }\n'
    )
    assert main(["test"]) == 1
    assert main(["test", "--profile", "two"]) == 0
