"""Whatever fails, is skipped or is empty: a lean graph gives every instance the outcome that the whole one gave."""

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from flowc.diagnostics import Problems
from flowc.ir.expr import Lit
from flowc.ir.graph import Graph, Node
from flowc.ir.types import BOOL
from flowc.ir.verify import BrokenError, verify
from flowc.passes.base import Pass
from flowc.passes.pipeline import PIPELINE, run_passes
from tests.graphs import flow, task
from tests.simulate import Run as Simulated
from tests.strategies import graphs

TRUE = Lit(True, BOOL)
seeds = st.integers(0, 10**6)


@pytest.mark.parametrize("step", [step for step in PIPELINE if isinstance(step, Pass)], ids=lambda step: step.name)
@settings(max_examples=300)
@given(graph=graphs(), seed=seeds)
def test_a_pass_changes_no_outcome(step: Pass, graph: Graph, seed: int) -> None:
    lean = step.change(graph)
    assert [each for each in verify(lean) if "no param" not in each] == []
    for number in range(5):
        assert Simulated(lean, seed + number).outcomes() == Simulated(graph, seed + number).outcomes()


@settings(max_examples=300)
@given(graph=graphs(most=12), seed=seeds)
def test_all_passes_together_change_no_outcome(graph: Graph, seed: int) -> None:
    lean = graph
    for step in PIPELINE:
        lean = step.change(lean) if isinstance(step, Pass) else lean
    for number in range(3):
        assert Simulated(lean, seed + number).outcomes() == Simulated(graph, seed + number).outcomes()


@given(graphs())
def test_a_pass_says_what_it_did(graph: Graph) -> None:
    """Nothing where nothing changed; all that is told can be told."""
    for step in PIPELINE:
        if isinstance(step, Pass):
            said = step.tell(graph, step.change(graph))
            assert [line for line in said.changes if not line] == []
            same = step.tell(graph, graph)
            assert same.changed == ""


@given(graphs())
def test_the_passes_keep_the_invariants(graph: Graph) -> None:
    sound = evolve(graph, decisions=tuple(evolve(d, arms=((TRUE,),) * len(d.arms)) for d in graph.decisions))
    sound = evolve(sound, loops=tuple(evolve(each, items=TRUE) for each in sound.loops), nodes=_without_flag(sound))
    assert run_passes(sound, Problems(), is_verified=True) is not None


def _without_flag(graph: Graph) -> tuple[Node, ...]:
    return tuple(evolve(n, action=evolve(n.action, condition=TRUE)) if "check" in n.name else n for n in graph.nodes)


def test_a_pass_that_breaks_a_graph_is_named() -> None:
    harm = Pass("harm", "break it", lambda graph: evolve(graph, nodes=graph.nodes * 2))
    with pytest.raises(BrokenError, match="after harm"):
        run_passes(flow(task("a")), Problems(), pipeline=(harm,), is_verified=True)
