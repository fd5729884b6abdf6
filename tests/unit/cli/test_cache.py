"""`flowc cache`: what is kept, by task, and that what is forgotten runs again."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flowc.cli import main

SOURCE = """
flow nightly(n: int = 1) {
  task load = sh "echo load >> ran; echo #{n}" -> int cache forever, key: [n]
  task tell = sh "echo tell >> ran; echo told #{n}" -> str cache 7d
  task note = sh "echo note >> ran" cache forever
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where two runs with other params have left their values."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.flow").write_text(SOURCE, "utf-8")
    run("1")
    run("2")
    return tmp_path


def run(n: str) -> None:
    assert main(["run", "p.flow", "--quiet", "--param", f"n={n}"]) == 0


def said(capsys: pytest.CaptureFixture[str], *words: str) -> list[list[str]]:
    """What it prints, in cells."""
    capsys.readouterr()
    assert main(["cache", *words]) == 0
    return [re.split(r" {2,}", line) for line in capsys.readouterr().out.splitlines()]


def ran(folder: Path) -> list[str]:
    found = sorted((folder / "ran").read_text("utf-8").split())
    (folder / "ran").write_text("", "utf-8")
    return found


def test_it_lists_tasks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head, *rows = said(capsys)
    assert head == ["task", "values", "size", "oldest", "newest"]
    assert [row[:2] for row in rows] == [["nightly.load", "2"], ["nightly.note", "1"], ["nightly.tell", "2"]]
    assert all(row[2].endswith(" B") and row[3].endswith("s ago") for row in rows)


def test_it_shows_values(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [row[2] for row in said(capsys, "show", "nightly.tell")] == ['"told 2"', '"told 1"']
    assert len(said(capsys, "show", "nightly")) == 5


def test_what_is_forgotten_runs_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(folder) == ["load", "load", "note", "tell", "tell"]
    run("1")
    assert ran(folder) == []
    assert said(capsys, "clear", "nightly.load")[0][0].startswith("forgot 2 values")
    run("1")
    assert ran(folder) == ["load"]
    assert said(capsys, "clear")[0][0].startswith("forgot 4 values")
    assert said(capsys)[0][0].startswith("nothing is kept")
    run("1")
    assert ran(folder) == ["load", "note", "tell"]


def test_what_is_younger_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (old, *_) = sorted((folder / ".flowc" / "cache").iterdir())
    old.write_text(json.dumps({**json.loads(old.read_text("utf-8")), "time": 0}), "utf-8")
    assert said(capsys, "clear", "--older", "30d")[0][0].startswith("forgot 1 value,")
    assert not old.exists()
    assert said(capsys, "clear", "--older", "30d")[0][0].startswith("forgot 0 values")


def test_what_a_killed_writer_left_is_no_value(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cache = folder / ".flowc" / "cache"
    (cache / f"{'0' * 64}.12.ab").write_text("{", "utf-8")
    assert [row[1] for row in said(capsys)[1:]] == ["2", "1", "2"]
    said(capsys, "clear")
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show", "nowhere"], "nothing is kept of `nowhere`"),
        (["clear", "nowhere"], "nothing is kept of `nowhere`"),
        (["clear", "--older", "soon"], "duration"),
        (["--in", "nowhere"], "there is no such file or folder"),
    ],
)
def test_what_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str) -> None:
    assert main(["cache", *words]) in (1, 2)
    assert message in capsys.readouterr().err
