"""The graph that a program comes to, rule by rule: a folder a story, its first lines say the rule.

A case is `input.flow`, the files beside it that it needs, and `graph.txt`, the graphs before any pass as text.
`pytest --force-regen` writes `graph.txt` anew; read it against the rule before you keep it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from flowc.compiler import compile_paths
from flowc.ir.graph import Graph
from flowc.ir.text import read, write

CASES = Path(__file__).parent / "cases" / "graph"
STORIES = sorted(path for path in CASES.iterdir() if path.is_dir())


def graphs(story: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Graph, ...]:
    """The graphs of a story; its places are told from its own folder."""
    monkeypatch.chdir(story)
    compilation = compile_paths([Path("input.flow")])
    said = [f"{each.span}: {each.code.number} {each.message}" for each in compilation.diagnostics]
    assert said == []
    return compilation.graphs


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_graph_of_a_story(
    story: Path, monkeypatch: pytest.MonkeyPatch, file_regression: FileRegressionFixture
) -> None:
    text = "\n".join(write(graph) for graph in graphs(story, monkeypatch))
    file_regression.check(text, fullpath=story / "graph.txt")


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_text_of_a_graph_reads_back(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for graph in graphs(story, monkeypatch):
        assert write(read(write(graph))) == write(graph)


def test_every_story_says_its_rule_and_every_graph_is_of_a_story() -> None:
    told = [story.name for story in STORIES if (story / "input.flow").read_text("utf-8").startswith("# ")]
    assert told == [story.name for story in STORIES]
    assert sorted(path.parent.name for path in CASES.rglob("graph.txt")) == told
