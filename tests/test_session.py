"""A session that was told of texts before says just what compiling the last text alone says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.programs import layered
from flowc.compiler import compile_sources
from flowc.ir.digest import digest
from flowc.ir.text import write
from flowc.session import Session
from flowc.source import Source
from tests.edits import edited
from tests.growth import TIMES, Place, grown, lines_of
from tests.unit.syntax.test_memory import spelled
from tests.unit.syntax.test_random import SLOWLY

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "examples").rglob("*.flow"), *(ROOT / "tests" / "conformance").rglob("*.flow")])
SAMPLE = """let limit = 3
flow f(xs: list[str] = [], n: int = 0) {
  retry 1
  task first = sh "echo 1" -> int
  task a = sh "echo #{first} #{n}" -> int
  task b = sh "echo #{a} #{limit}" -> int when n > 3
  group g {
    timeout 5m
    task c = sh "echo #{b ?? 0}"
  }
  for x in xs {
    task d = sh "echo #{x}" -> str after first
  }
  if a > 3 {
    task e = sh "true"
  } else {
    task other = sh "echo #{len(d)}"
  }
  first >> e
  check a > 0, fail: "no"
  finally {
    task last = sh "echo #{a ?? 0}"
  }
}
"""


def same(path: Path, texts: Iterable[str]) -> None:
    session = Session()
    for text in texts:
        found = session.compile([(path, Source("input.flow", text))])
        fresh = compile_sources([(path, Source("input.flow", text))])
        assert spelled(found.diagnostics) == spelled(fresh.diagnostics)
        assert spelled(found.files["input.flow"]) == spelled(fresh.files["input.flow"])
        assert [write(graph) for graph in found.graphs] == [write(graph) for graph in fresh.graphs]
        lean = [compilation.program.graphs if compilation.program else () for compilation in (found, fresh)]
        assert [digest(graph) for graph in lean[0]] == [digest(graph) for graph in lean[1]]
        assert [(node.origin, spelled(node.at)) for graph in lean[0] for node in graph.nodes] == [
            (node.origin, spelled(node.at)) for graph in lean[1] for node in graph.nodes
        ]


@settings(SLOWLY, max_examples=25)
@given(st.integers(), st.sampled_from(FILES))
def test_edits_of_examples_and_stories(seed: int, file: Path) -> None:
    same(file, edited(file.read_text("utf-8"), Random(seed), 5))


@settings(SLOWLY, max_examples=25)
@given(st.integers())
def test_edits_of_a_sample(seed: int) -> None:
    same(ROOT / "input.flow", edited(SAMPLE, Random(seed), 8))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("let limit = 3", "let limit = 4"),
        ("let limit = 3", 'let limit = "three"'),
        ("  retry 1\n", "  retry 1\n  timeout 1m\n"),
        ("  retry 1\n", "  # a remark\n\n  retry 1\n"),
        ('task first = sh "echo 1" -> int', 'task first = sh "echo 1" -> str'),
        ('task first = sh "echo 1" -> int', 'task first = sh "echo 1"'),
        ("task first = sh", 'task limit = sh "true"\n  task first = sh'),
        ("-> int when n > 3", "-> int"),
        ("    timeout 5m\n", ""),
        ("task c =", "task b ="),
        ("-> str after first", "-> str after first, when: failed"),
        ("  first >> e\n", "  first >> e\n  a >> e\n"),
        ("group g {", "group g after first {"),
        ("for x in xs {", "for x in [1, 2] {"),
        ("check a > 0", "check b > 0"),
        ("(xs: list[str] = [], ", "("),
    ],
)
def test_what_an_edit_means_for_other_tasks(old: str, new: str) -> None:
    assert old in SAMPLE
    same(ROOT / "input.flow", [SAMPLE, SAMPLE.replace(old, new), SAMPLE])


def test_python_that_changes_on_the_disk(tmp_path: Path) -> None:
    text = 'flow f {\n  task a = python shop:load()\n  task b = sh "echo #{a}"\n}\n'
    session = Session()
    found: list[list[str]] = []
    for code in ("def load() -> str: ...", "def loads() -> str: ...", "def load() -> None: ..."):
        (tmp_path / "shop.py").write_text(code, "utf-8")
        checked = session.check([(tmp_path / "f.flow", Source("f.flow", text))])
        found.append([each.code.number for each in checked.diagnostics])
    assert found == [[], ["FLOW822", "FLOW204"], ["FLOW204"]]


def test_an_import_that_changes_on_the_disk(tmp_path: Path) -> None:
    text = 'from shared import size\nflow f {\n  task a = sh "echo #{size + 1}"\n}\n'
    session = Session()
    found: list[list[str]] = []
    for value in ("1", '"one"', "2"):
        (tmp_path / "shared.flow").write_text(f"let size = {value}\n", "utf-8")
        checked = session.check([(tmp_path / "f.flow", Source("f.flow", text))])
        found.append([each.code.number for each in checked.diagnostics])
    assert found == [[], ["FLOW301"], []]


def test_diagnostics_stay_where_they_were() -> None:
    text = 'flow f {\n  task a = sh "#{x}"\n}\n'
    session = Session()
    [before] = session.check([(ROOT / "f.flow", Source("f.flow", text))]).diagnostics
    session.check([(ROOT / "f.flow", Source("f.flow", "\n\n" + text))])
    assert str(before.span) == "f.flow:2:18"


# ------------------------------------------------------------------ how much is done


def rechecked(tasks: int) -> Counter[Place]:
    """The lines that run where one task of so many changes, once all are known."""
    text = layered(tasks)
    path = ROOT / "big.flow"
    session = Session()
    session.check([(path, Source("big.flow", text))])
    for word in ("first", "second"):
        source = Source("big.flow", text.replace('t00020 = sh "echo', f't00020 = sh "echo {word}'))
        lines = lines_of(lambda source=source: session.check([(path, source)]))
    return lines


def test_only_what_has_changed_is_read_again() -> None:
    small, large = rechecked(100), rechecked(100 * TIMES)
    assert grown(small, large) == []
    names = ("string", "policy_of", "shell_holes", "_anew")
    once = {place: count for place, count in large.items() if place[1] in names}
    assert len(once) == len(names)
    assert once == {place: small[place] for place in once}
