"""`flowc runs prune`: what goes, what stays, and that nothing runs twice for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowc.cli import main
from flowc.history.pruning import CHILD, OPEN, WANTED, YOUNG, prune
from flowc.runtime.launch import claim
from flowc.runtime.register import Asked, Register
from tests.postgres import database

SOURCE = """
flow parts {
  partition ["eu", "us"]
  task child = run inner(run.partition)
  task seen  = sh "echo #{run.partition} >> seen; test #{run.partition} != us || test -e mended" after child
}
flow inner(name: str) { task say = sh "echo #{name}" }
flow hand(fails: bool = false) { task a = sh "test #{fails} = false" }
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A backfill of which one partition failed, two runs by hand of which one failed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.flow").write_text(SOURCE, "utf-8")
    assert main(["backfill", "p.flow", "--flow", "parts", "--partition", "eu", "--partition", "us"]) == 1
    main(["run", "p.flow", "--flow", "hand", "--quiet"])
    main(["run", "p.flow", "--flow", "hand", "--quiet", "--param", "fails=true"])
    capsys.readouterr()
    return tmp_path / ".flowc"


def left(state: Path) -> int:
    return len(list((state / "runs").iterdir()))


def test_what_nobody_goes_on_with_goes(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert left(state) == 6
    assert main(["runs", "prune", "--older", "1h"]) == 0
    assert capsys.readouterr().out == f"removed 0 runs, 0 B\nkept 6 {YOUNG}\n"
    assert main(["runs", "prune", "--older", "0s", "--dry-run"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said[:-3]) == 4 and said[-3].startswith("would remove 4 runs, ")
    assert left(state) == 6
    assert main(["runs", "prune", "--older", "0s"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [f"kept 1 {WANTED}", f"kept 1 {CHILD}"]
    assert left(state) == 2
    assert [path.name for path in state.iterdir() if path.name.startswith(".gone")] == []


def test_a_backfill_goes_on_as_if_nothing_had_gone(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "prune", "--older", "0s"]) == 0
    Path("mended").touch()
    capsys.readouterr()
    assert main(["backfill", "p.flow", "--flow", "parts", "--partition", "eu", "--partition", "us"]) == 0
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()[-2:]] == [
        ["eu", "succeeded"],
        ["us", "succeeded"],
    ]
    assert Path("seen").read_text().split() == ["eu", "us", "us"]
    assert main(["runs", "prune", "--older", "0s"]) == 0
    assert left(state) == 0


def test_a_run_that_a_process_works_on_stays(state: Path) -> None:
    held = next(path for path in sorted((state / "runs").iterdir()) if "hand" in (path / "journal").read_text())
    lock = claim(held)
    assert lock is not None
    found = prune(state, 1e12)
    assert held.name not in found.runs and found.kept[OPEN] == 1 and (held / "journal").is_file()
    os.close(lock)
    assert prune(state, 1e12).runs == (held.name,)


def test_a_run_that_was_cut_short_stays(state: Path) -> None:
    cut = next(path for path in sorted((state / "runs").iterdir()) if "hand" in (path / "journal").read_text())
    lines = (cut / "journal").read_bytes().splitlines(keepends=True)
    (cut / "journal").write_bytes(b"".join(lines[:-1]))
    assert prune(state, 1e12).kept[OPEN] == 1 and cut.is_dir()


def test_a_register_elsewhere_is_asked_too(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed = next(
        path for path in sorted((state / "runs").iterdir()) if '"fails":true' in (path / "journal").read_text()
    )
    url = database("pruned")
    with Register(url) as register:
        register.ask([Asked("hand", "event 1", failed.name, "2024-01-01T00:00:00Z", "manual", outcome="failed")])
    assert main(["runs", "--state", url, "prune", "--older", "0s"]) == 0
    assert f"kept 2 {WANTED}" in capsys.readouterr().out and failed.is_dir()
    assert main(["runs", "prune", "--older", "0s"]) == 0
    assert not failed.exists()
