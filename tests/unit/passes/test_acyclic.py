"""Circles are drawn."""

from flowc.diagnostics import Problems
from flowc.ir.graph import Graph, Group, InArm, Requires, Upstream
from flowc.passes.pipeline import run_passes
from tests.graphs import decision, flow, task


def told(graph: Graph) -> list[str]:
    problems = Problems()
    assert run_passes(graph, problems) is None
    return [f"{p.code.number} {p.message} ({'; '.join(p.notes)})" for p in problems]


def test_a_cycle_is_drawn() -> None:
    assert told(flow(task("a", "c"), task("b", "a"), task("c", "b"), task("d", "c"))) == [
        "FLOW401 `a`, `b` and `c` wait for each other (a -> b -> c -> a)"
    ]


def test_a_task_that_waits_for_itself() -> None:
    assert told(flow(task("a", "a"))) == ["FLOW402 `a` waits for itself ()"]


def test_a_cycle_through_a_group_and_a_decision() -> None:
    after = (Requires(Upstream("g", is_group=True)),)
    assert told(flow(task("g.a", needs=after), groups=(Group("g", ("g.a",), ()),))) == [
        "FLOW401 `g.a` and group `g` wait for each other (g.a -> group g -> g.a)"
    ]
    graph = flow(task("a", scope=(InArm("if_1", 0),)), task("b", "a"), decisions=(decision("if_1", "b"),))
    assert told(graph) == [
        "FLOW401 the `if` in line 1, `a` and `b` wait for each other (the if in line 1 -> a -> b -> the if in line 1)"
    ]


def test_a_fallback_that_needs_what_its_task_feeds() -> None:
    graph = flow(task("a", fallback="f"), task("b", "a"), task("f", "b", fallback_of="a"))
    assert [message[:7] for message in told(graph)] == ["FLOW401"]
