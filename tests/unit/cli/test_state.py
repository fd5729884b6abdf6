"""`--state`: commands that are told the same place know of each other's runs, whoever keeps the register."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flowc.cli import main
from flowc.runtime.register import Register
from tests.postgres import database

FLOW = """\
flow days {
  partition day, start: 2026-01-01
  task only = sh "echo #{run.partition} >> log.txt"
}
"""
RANGE = ("a.flow", "--to", "2026-01-02")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.flow").write_text(FLOW)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return re.sub(r"\d{8}-\d{6}-[0-9a-f]{6}", "ID", capsys.readouterr().out)


def test_a_folder_holds_all_that_there_is_to_know(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert main(["run", "a.flow", "--partition", "2026-01-05", "--state", "alt", "--quiet"]) == 0
    assert main(["backfill", *RANGE, "--state", "alt"]) == 0
    assert main(["backfill", *RANGE, "--state", str(folder / "alt")]) == 0
    assert said(capsys).splitlines()[-2:] == [f"2026-01-0{day}  succeeded before, in ID" for day in (1, 2)]
    assert sorted((folder / "log.txt").read_text().split()) == ["2026-01-01", "2026-01-02", "2026-01-05"]
    assert main(["runs", "--state", "alt"]) == 0
    assert said(capsys).count("ID") == 3
    (identity,) = [
        run.name for run in (folder / "alt" / "runs").iterdir() if "2026-01-05" in (run / "journal").read_text()
    ]
    assert main(["run", "a.flow", "--resume", identity, "--state", "alt", "--quiet"]) == 0
    assert main(["cache", "--state", "alt"]) == 0
    assert not (folder / ".flowc").exists()


def test_what_is_no_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--state", "nowhere"]) == 2
    assert main(["backfill", *RANGE, "--state", "mysql://db"]) == 2
    assert "of mysql:// nothing is known" in capsys.readouterr().err


def test_a_database_has_the_register_and_one_server(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    place = database("cli_state")
    for _ in range(2):
        assert main(["backfill", *RANGE, "--state", place]) == 0
    assert said(capsys).splitlines()[-2:] == [f"2026-01-0{day}  succeeded before, in ID" for day in (1, 2)]
    assert not (folder / ".flowc" / "register.db").exists()
    with Register(place) as server:
        server.claim()
        assert main(["backfill", *RANGE, "--state", place]) == 2
        assert "works with this database" in capsys.readouterr().err
