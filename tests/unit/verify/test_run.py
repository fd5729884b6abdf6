"""Requests run natively, and on an engine that is asked as a target's room `verify` says."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, field, frozen

from flowc.compiler import compile_paths
from flowc.runtime.facts import Span
from flowc.verify import Request, natively, on_engine
from flowc.verify import run as run_module

FLOW = """\
flow f(n: int = 1) {
  schedule daily, tz: "Europe/Berlin"
  task seen = sh "cat data.txt; echo $COLOUR #{run.id}" -> str env { X: "y" }
}
"""


@pytest.fixture
def asked(tmp_path: Path) -> Request:
    root = tmp_path / "project"
    root.mkdir()
    (root / "main.flow").write_text(FLOW)
    (root / "data.txt").write_text("data ")
    (root / ".hidden").write_text("")
    program = compile_paths([root / "main.flow"]).program
    assert program is not None
    return Request(program, "f", root, env={"COLOUR": "red"}, at=datetime(2024, 3, 1, 6), name="one")


def test_natively_in_a_copy_with_its_variables(asked: Request, tmp_path: Path) -> None:
    answer = natively(asked, tmp_path / "copy")
    assert answer.lines == ('seen  succeeded  1  "data red <run.id>"', "run   succeeded")
    assert answer.is_success
    assert answer.broken == ()
    assert "COLOUR" not in os.environ
    assert sorted(path.name for path in asked.root.iterdir()) == [".hidden", "data.txt", "main.flow"]


def test_bad_params_are_refused(asked: Request, tmp_path: Path) -> None:
    request = Request(asked.program, "f", asked.root, {"n": True})
    answer = natively(request, tmp_path / "copy")
    assert (answer.is_refused, answer.lines) == (True, ())
    assert "param n" in str(answer.problem)


@frozen
class FakeStory:
    name: str
    program: object
    flow: str
    params: Mapping[str, Any]
    at: datetime | None
    env: Mapping[str, str]
    prepare: Callable[[Path], None]
    event: Any = field(kw_only=True)
    partition: str | None = field(kw_only=True)


@frozen
class FakeTold:
    lines: Sequence[str]
    problem: str | None
    is_refused: bool
    record: Mapping[str, Any]
    spans: Sequence[Span] = ()


class FakeEngine:
    """Tells what it was asked."""

    Story = FakeStory

    def __init__(self) -> None:
        self.asked: list[FakeStory] = []

    def run_many(self, stories: Sequence[FakeStory], *, python: Path, home: Path) -> list[FakeTold]:
        self.asked += stories
        for story in stories:
            (home / story.name).mkdir()
            (home / story.name / "data.txt").write_text("generated")
            story.prepare(home / story.name)
        runs = {"runs": [{"run_id": "id-1"}, {"run_id": "id-12"}]}
        return [
            FakeTold(["a  succeeded  1  id-12", "run  succeeded"], None, False, runs),
            FakeTold([], "crashed: no reason", False, {}),
            FakeTold([], None, True, {"error": "bad n"}),
        ][: len(stories)]


def test_on_an_engine(asked: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    monkeypatch.setattr(run_module, "import_module", lambda name: {"flowc_targets.airflow.verify": engine}[name])
    requests = [evolve(asked, name=name) for name in ("one", "two", "three")]
    told = on_engine("airflow", Path("python"), requests, tmp_path / "home")
    assert [(each.lines, each.problem, each.is_refused) for each in told] == [
        (("a  succeeded  1  <run.id>", "run  succeeded"), None, False),
        ((), "crashed: no reason", False),
        ((), "the run was refused: bad n", True),
    ]
    assert str(engine.asked[0].at) == "2024-03-01 06:00:00+01:00", "an instant is of the schedule's zone"
    laid = tmp_path / "home" / "one"
    assert sorted(path.name for path in laid.iterdir()) == ["data.txt", "main.flow"]
    assert (laid / "data.txt").read_text() == "generated", "what was generated stays"


@pytest.mark.parametrize(
    ("partition", "asked_for", "at"),
    [("day", "2024-03-30", "2024-03-31 06:00:00+02:00"), ('["eu", "us"]', "us", "None")],
)
def test_a_window_is_asked_for_by_its_instant(
    partition: str, asked_for: str, at: str, asked: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first firing that works on it, as natively; a partition with a name has none."""
    start = ", start: 2024-03-01" if partition == "day" else ""
    schedule = 'schedule daily, at: 06:00, tz: "Europe/Berlin", catchup: none' if partition == "day" else ""
    text = f'flow f {{\n  partition {partition}{start}\n  {schedule}\n  task a = sh "true"\n}}\n'
    (asked.root / "main.flow").write_text(text)
    program = compile_paths([asked.root / "main.flow"]).program
    assert program is not None
    engine = FakeEngine()
    real = run_module.import_module
    monkeypatch.setattr(
        run_module, "import_module", lambda name: engine if name == "flowc_targets.airflow.verify" else real(name)
    )
    on_engine("airflow", Path("python"), [evolve(asked, program=program, at=None, partition=asked_for)], tmp_path / "h")
    assert [(str(story.at), story.partition) for story in engine.asked] == [(at, asked_for)]


def test_the_facts_of_an_engines_attempts_are_looked_at(
    asked: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upstream that had not ended, a pause that was too short."""
    (asked.root / "main.flow").write_text(
        'flow f {\n  task a = sh "true" retry 1, delay: 2s\n  task b = sh "true" after a\n}'
    )
    program = compile_paths([asked.root / "main.flow"]).program
    assert program is not None
    spans = [Span("a", (), 1, 0.0, 1.0), Span("a", (), 2, 2.0, 3.0), Span("b", (), 1, 2.5, 3.5)]
    told = FakeTold(["a  succeeded  2", "b  succeeded  1", "run  succeeded"], None, False, {"runs": []}, spans)
    engine = FakeEngine()
    monkeypatch.setattr(engine, "run_many", lambda stories, **_: [told])
    real = run_module.import_module
    monkeypatch.setattr(
        run_module, "import_module", lambda name: engine if name == "flowc_targets.airflow.verify" else real(name)
    )
    (answer,) = on_engine("airflow", Path("python"), [evolve(asked, program=program)], tmp_path / "home")
    assert answer.broken == ("b[] started before a[] had ended", "a[] paused 1.000 s, not 2")
