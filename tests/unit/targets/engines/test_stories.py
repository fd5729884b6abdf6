"""From stories to jobs of an engine, and from what it recorded to results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flowc.compiler import compile_paths
from flowc.emit.tree import FileTree
from flowc.ir.graph import Program
from flowc.target.contract import Target
from flowc.target.ledger import attributes
from flowc_targets.engines.process import Record
from flowc_targets.engines.stories import Bench, Story, TraceError

SOURCE = 'flow f(day: date, n: int) {\n  task a = sh "true"\n}\n'


@pytest.fixture
def program(tmp_path: Path) -> Program:
    file = tmp_path / "main.flow"
    file.write_text(SOURCE)
    found = compile_paths([file]).program
    assert found is not None
    return found


class Engine:
    """Hands out records, and keeps what it was asked."""

    INSIDE = Path("inside")

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = list(records)
        self.asked: list[tuple[str, Path]] = []

    def environment(self, home: Path) -> dict[str, str]:
        return {}

    def run(
        self, jobs: Sequence[tuple[str, Path]], *, python: Path, home: Path, workers: int, timeout: float
    ) -> list[Record]:
        assert jobs, "an engine that is given no jobs is not started"
        self.asked += jobs
        return self.records


def read(story: Story, project: str, runs: Sequence[Any]) -> tuple[list[str], list[Any]]:
    if not runs:
        raise TraceError("a has not ended")
    return [f"{project} {run}" for run in runs], []


def bench(engine: Engine) -> Bench[str, Story, tuple[str, Path]]:
    return Bench(
        engine=engine,
        target=Target(
            name="none",
            engine="None",
            versions="1",
            capabilities={},
            lower=lambda program: "project",
            render=lambda project: FileTree({"made.txt": project}),
            disregards=dict.fromkeys(attributes(), "nothing is made of it"),
        ),
        called=lambda graph: graph.name,
        job=lambda story, project, folder: (story.name, folder),
        read=read,
    )


def test_what_became_of_each_story(program: Program, tmp_path: Path) -> None:
    """One whose records tell no whole run has a problem of its own, and the others their traces."""
    engine = Engine(
        [
            {"status": "finished", "error": None, "runs": ["one", "two"]},
            {"status": "refused", "error": "bad n", "runs": []},
            {"status": "crashed", "error": "no reason", "runs": []},
            {"status": "finished", "error": None, "runs": []},
        ]
    )
    stories = [Story(name, program, "f") for name in "abcd"]
    found = bench(engine).run_many(stories, python=Path("python"), home=tmp_path / "home")
    assert [(each.name, each.lines, each.problem, each.is_refused) for each in found] == [
        ("a", ("project one", "project two"), None, False),
        ("b", (), None, True),
        ("c", (), "crashed: no reason", False),
        ("d", (), "a has not ended", False),
    ]


def test_a_project_is_laid_and_then_prepared(program: Program, tmp_path: Path) -> None:
    old = tmp_path / "projects" / "0" / "old.txt"
    old.parent.mkdir(parents=True)
    old.touch()
    engine = Engine([{"status": "finished", "error": None, "runs": ["one"]}])

    def prepare(folder: Path) -> None:
        (folder / "made.txt").rename(folder / "seen.txt")

    story = Story("a", program, "f", prepare=prepare)
    bench(engine).run_many([story], python=Path("python"), home=tmp_path)
    ((_, folder),) = engine.asked
    assert {path.name for path in folder.glob("*.txt")} == {"seen.txt"}


def test_without_stories_nothing_is_started(tmp_path: Path) -> None:
    assert bench(Engine([])).run_many([], python=Path("python"), home=tmp_path) == []


def test_params_are_as_a_request_holds_them(program: Program) -> None:
    story = Story("a", program, "f", {"day": date(2024, 3, 1), "n": "seven", "other": 1})
    assert story.values() == {"day": "2024-03-01", "n": "seven", "other": 1}, "what is of no such type stays"
    assert story.values(str.upper).keys() == {"DAY", "N", "OTHER"}
