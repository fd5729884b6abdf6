"""What may not change what a flow does: the passes, the order of declarations, the names, and how it is laid out.

Each flow is random (`tests/fuzz`), and runs natively in another shape; its trace is the one that the contract gives the
flow as it is.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, combinations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from attrs import evolve
from hypothesis import given, reject, settings

from flowc.compiler import compile_text
from flowc.diagnostics import Problems
from flowc.ir.graph import Program
from flowc.passes.base import Look, Step
from flowc.passes.pipeline import PIPELINE, run_passes
from flowc.passes.split.division import split
from flowc.source import Source
from flowc.syntax.format import format_file
from flowc.syntax.parse import parse
from tests.fuzz.running import Unwanted, laid, natively, traced, wanted
from tests.fuzz.search import SLOW
from tests.fuzz.source import Declared, source
from tests.fuzz.strategy import flows, renamed
from tests.fuzz.tree import Flow
from tests.strategies import randoms

pytestmark = pytest.mark.slow
LOOKS = tuple(step for step in PIPELINE if isinstance(step, Look))
PASSES = tuple(step for step in PIPELINE if not isinstance(step, Look))


def ran(flow: Flow, text: str | None = None) -> list[str]:
    """The trace, where the flow is one that a person may write."""
    try:
        return natively(flow, text)
    except Unwanted:
        reject()


@contextmanager
def compiled(flow: Flow) -> Generator[tuple[Program, Path]]:
    """The flow compiled, and the folder of what belongs to it."""
    with TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        try:
            program = laid(flow, folder)
        except Unwanted:
            reject()
        yield program, folder


# ------------------------------------------------------------------ passes


def some(steps: Sequence[Step]) -> Iterator[tuple[Step, ...]]:
    """Every choice of them but all: what looks stays, for it changes nothing."""
    chosen = chain.from_iterable(combinations(steps, count) for count in range(len(steps)))
    return ((*LOOKS, *each) for each in chosen)


CHOSEN = 4
"""So many choices of passes for each flow, beside none at all: over all flows each comes many times."""


@settings(max_examples=100, suppress_health_check=SLOW)
@given(flows(), randoms)
def test_passes_change_no_trace(flow: Flow, random: Random) -> None:
    """Some of them, alone and together, and none at all; with all of them the fuzzer runs."""
    with compiled(flow) as (program, folder):
        graphs = compile_text(source(flow), str(folder / "main.flow")).graphs
        none, *others = some(PASSES)
        for steps in (none, *random.sample(others, CHOSEN)):
            problems = Problems()
            other = [run_passes(graph, problems, pipeline=steps, is_verified=True) for graph in graphs]
            lean = tuple(graph for graph in other if graph is not None)
            assert len(lean) == len(graphs), [*problems]
            got = traced(flow, Program(program.project, lean, program.root), folder)
            assert got == wanted(flow), (steps, source(flow))


# ------------------------------------------------------------------ parts


@settings(max_examples=150, suppress_health_check=SLOW)
@given(flows(), randoms)
def test_a_flow_that_is_split_gives_its_trace(flow: Flow, random: Random) -> None:
    """In parts of one task up to four: whatever is cut, each instance has its outcome, attempts and value."""
    with compiled(flow) as (program, folder):
        parts = split(program, random.randint(1, 4))
        if len(parts.graphs) == len(program.graphs):
            reject()
        assert traced(flow, parts, folder) == wanted(flow), source(flow)


# ------------------------------------------------------------------ order


@settings(max_examples=100, suppress_health_check=SLOW)
@given(flows(), randoms)
def test_the_order_of_declarations_means_nothing(flow: Flow, random: Random) -> None:
    def shuffled(found: list[Declared]) -> list[Declared]:
        return random.sample(found, len(found))

    text = source(flow, order=shuffled)
    assert ran(flow, text) == wanted(flow), text


# ------------------------------------------------------------------ names


@settings(max_examples=100, suppress_health_check=SLOW)
@given(flows(), randoms)
def test_names_mean_nothing(flow: Flow, random: Random) -> None:
    """The same lines under other names, in their new order: each instance keeps what it came to and its value."""
    plain = evolve(flow, called={})
    other = evolve(flow, called=renamed(flow, random))
    lines = ran(other)
    assert lines == wanted(other), source(other)
    assert sorted(_unnamed(lines)) == sorted(_unnamed(ran(plain))), source(other)


def _unnamed(lines: Sequence[str]) -> Iterator[str]:
    """The lines without the names; an instance's value tells which one it is."""
    return (line.partition("  ")[2] for line in lines)


# ------------------------------------------------------------------ layout


@settings(max_examples=100, suppress_health_check=SLOW)
@given(flows(), randoms)
def test_the_formatter_changes_no_trace(flow: Flow, random: Random) -> None:
    """However it was laid out: with other indents, comments and blank lines, and lines broken inside of brackets."""
    text = _untidy(source(flow), random)
    file, problems = parse(Source("main.flow", text))
    assert not [*problems], text
    neat = format_file(file, Source("main.flow", text))
    assert neat != text
    assert ran(flow, neat) == wanted(flow), neat


def _untidy(text: str, random: Random) -> str:
    lines: list[str] = []
    for line in text.splitlines():
        indent = " " * random.randrange(9)
        lines += random.choice(([], [], [""], [f"{indent}# a comment"]))
        bare = line.strip()
        if "(" in bare.partition(",")[0]:
            bare = bare.replace(", ", random.choice((", ", " ,  ", ",\n   ")), 1)
        lines.append(indent + bare + random.choice(("", "  ", "  # here too")))
    return "\n".join(lines)
