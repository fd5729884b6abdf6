"""What the backfill script of a project does, on an engine that is played."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from flowc_targets.project.kit import kit


@pytest.fixture(scope="module")
def filling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The module as projects get it, with all that it imports."""
    root = tmp_path_factory.mktemp("kit")
    files = kit(["filling"], target="flowc_targets.prefect", package="kit_of_filling")
    for path, text in files.under("kit_of_filling").items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(str(text), "utf-8")
    sys.path.insert(0, str(root))
    yield import_module("kit_of_filling.filling")
    sys.path.remove(str(root))


class Played:
    """Runs that end at the second look, those for `bad` days badly; `most` is how many went on at once."""

    def __init__(self, filling: ModuleType, bad: Sequence[str] = ()) -> None:
        self.filling = filling
        self.bad = bad
        self.known: dict[str, list[Any]] = {}
        self.looks: dict[str, int] = {}
        self.most = 0

    def runs(self, flow: Any, piece: Any, params: Mapping[str, Any]) -> list[Any]:
        return self.known.get(piece.name, [])

    def start(self, flow: Any, piece: Any, params: Mapping[str, Any], number: int) -> str:
        run = f"{piece.name}#{number}"
        self.looks[run] = 0
        self.known.setdefault(piece.name, []).append(self.filling.Found(run, "going"))
        self.most = max(self.most, sum(run.state == "going" for runs in self.known.values() for run in runs))
        return run

    def state(self, run: str) -> str:
        self.looks[run] += 1
        if self.looks[run] < 2:
            return "going"
        name = run.partition("#")[0]
        found = "failed" if name in self.bad else "succeeded"
        self.known[name] = [
            self.filling.Found(each.id, found if each.id == run else each.state) for each in self.known[name]
        ]
        return found


@pytest.fixture
def fill(filling: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(filling, "POLL", 0)

    def filled(engine: Played, *arguments: str, **flow: Any) -> int:
        windows = filling.Windows("day", "UTC", date(2024, 3, 1), date(2024, 3, 4))
        asked = filling.Filled("days", partition=windows, **flow)
        return filling.fill([asked], engine, ["days", *arguments])

    return filled


def test_each_window_once(filling: ModuleType, fill: Any, capsys: pytest.CaptureFixture[str]) -> None:
    engine = Played(filling, bad=["2024-03-02"])
    assert fill(engine, "--to", "2024-03-03") == 1
    engine.bad = ()
    assert fill(engine, "--to", "2024-03-03") == 0
    assert {name: [run.state for run in runs] for name, runs in engine.known.items()} == {
        "2024-03-01": ["succeeded"],
        "2024-03-02": ["failed", "succeeded"],
        "2024-03-03": ["succeeded"],
    }
    assert capsys.readouterr().out.splitlines() == [
        "2024-03-01  succeeded  2024-03-01#1",
        "2024-03-02  failed  2024-03-02#1",
        "2024-03-03  succeeded  2024-03-03#1",
        "2024-03-01  succeeded before, in 2024-03-01#1",
        "2024-03-02  succeeded  2024-03-02#2",
        "2024-03-03  succeeded before, in 2024-03-03#1",
    ]


def test_so_many_at_once_the_newest_first(filling: ModuleType, fill: Any, capsys: pytest.CaptureFixture[str]) -> None:
    engine = Played(filling)
    assert fill(engine, backfill=filling.Backfill("newest", 2)) == 0
    assert engine.most == 2
    said = [line[:10] for line in capsys.readouterr().out.splitlines()]
    assert said == ["2024-03-04", "2024-03-03", "2024-03-02", "2024-03-01"]
    again = Played(filling)
    assert fill(again, "--parallel", "3", backfill=filling.Backfill("newest", 2)) == 0
    assert again.most == 3


def test_what_goes_on_is_waited_for(filling: ModuleType, fill: Any) -> None:
    engine = Played(filling)
    engine.start(None, filling.Piece(None, "2024-03-01"), {}, 1)
    assert fill(engine, "--partition", "2024-03-01") == 0
    assert [run.id for run in engine.known["2024-03-01"]] == ["2024-03-01#1"]


def test_force_runs_again_and_a_dry_run_nothing(
    filling: ModuleType, fill: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = Played(filling)
    assert fill(engine, "--dry-run", "--partition", "2024-03-01") == 0
    assert engine.known == {}
    assert fill(engine, "--partition", "2024-03-01") == fill(engine, "--force", "--partition", "2024-03-01") == 0
    assert [run.id for run in engine.known["2024-03-01"]] == ["2024-03-01#1", "2024-03-01#2"]
    assert fill(engine, "--dry-run", "--force", "--partition", "2024-03-01") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2024-03-01  would run again, after 2024-03-01#2"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--params", "{"], "--params is no JSON"),
        (["--params", "[1]"], "--params takes one JSON object"),
        (["--from", "noon"], "'noon' is no date and no time"),
        (["--partition", "2023-01-01"], "there is no partition that begins on 2023-01-01"),
    ],
)
def test_what_is_said_wrongly(
    filling: ModuleType, fill: Any, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    engine = Played(filling)
    assert fill(engine, *arguments) == 2
    assert said in capsys.readouterr().err
    assert engine.known == {}
