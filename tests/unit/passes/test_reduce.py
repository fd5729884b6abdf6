"""Which arrows may go, trap by trap; networkx knows the answer where there is no trap."""

import networkx
import pytest
from attrs import evolve
from hypothesis import given, settings

from flowc.ir.graph import Accepts, Awaits, Graph, InLoop, Node, Requires, Upstream
from flowc.ir.view import Reach, digraph, upstreams, waits
from flowc.passes.reduce import REDUCE
from tests.graphs import check, flow, loop, task
from tests.strategies import graphs

EACH = (InLoop("for_1"),)


@settings(max_examples=200)
@given(graphs())
def test_reduce_keeps_who_waits_for_whom(graph: Graph) -> None:
    lean = REDUCE.change(graph)
    before, after = Reach(waits(graph)), Reach(waits(lean))
    assert all(before.above(vertex) == after.above(vertex) for vertex in waits(graph))
    assert REDUCE.change(lean) == lean


@settings(max_examples=100)
@given(graphs(has_loops=False))
def test_plain_arrows_are_reduced_as_networkx_does(graph: Graph) -> None:
    """Where there are only plain arrows, the rule is the transitive reduction."""
    plain = evolve(graph, nodes=tuple(_plainly(node) for node in graph.nodes), decisions=(), groups=())
    lean = REDUCE.change(plain)
    expected = networkx.transitive_reduction(digraph(waits(plain)))
    assert set(digraph(waits(lean)).edges) == set(expected.edges)


def _plainly(node: Node) -> Node:
    names = dict.fromkeys(up.name for need in node.needs for up in upstreams(need) if not up.is_group)
    return task(node.name, *names)


def names(graph: Graph, node: str) -> list[str]:
    return [up.name for need in REDUCE.change(graph).node(node).needs for up in upstreams(need)]


def test_a_loop_s_border_is_not_crossed() -> None:
    graph = flow(task("a"), task("y", "a", scope=EACH), task("n", "y", "a"), loops=(loop(),))
    assert names(graph, "n") == ["y", "a"]


def test_inside_a_loop_each_sees_its_own_element() -> None:
    """`y` outside waits for all of `x`, with some failures tolerated; `n` wants its own."""
    graph = flow(task("x", scope=EACH), task("y", "x"), task("n", "y", "x", scope=EACH), loops=(loop(tolerate=1),))
    assert names(graph, "n") == ["y", "x"]
    same = flow(*(evolve(node, scope=EACH) for node in graph.nodes), loops=graph.loops)
    assert names(same, "n") == ["y"]


def test_the_list_of_a_loop_implies_for_what_is_inside() -> None:
    graph = flow(task("a"), task("xs", "a"), task("n", "a", scope=EACH), loops=(loop("for_1", "xs"),))
    assert names(graph, "n") == []


def test_a_check_may_say_nothing() -> None:
    graph = flow(task("a"), check("check c", "a"), task("n", "check c", "a"))
    assert names(graph, "n") == ["check c", "a"]


def test_what_is_checked_on_the_way_must_be_what_is_checked_here() -> None:
    checked = Requires(Upstream("a", checks=("check c",)))
    graph = flow(task("a"), check("check c", "a"), task("y", "a"), task("n", "y", needs=(checked,)))
    assert names(graph, "n") == ["y", "a"]
    both = flow(task("a"), check("check c", "a"), task("y", needs=(checked,)), task("n", "y", needs=(checked,)))
    assert names(both, "n") == ["y"]


@pytest.mark.parametrize("lenient", [Accepts, Awaits])
def test_what_lets_outcomes_pass_implies_nothing(lenient: type) -> None:
    graph = flow(task("a"), task("y", needs=(lenient(Upstream("a")),)), task("n", "y", "a"))
    assert names(graph, "n") == ["y", "a"]


def test_waiting_is_implied_by_any_wait() -> None:
    graph = flow(task("a"), task("y", needs=(Accepts(Upstream("a")),)), task("n", "y", needs=(Awaits(Upstream("a")),)))
    assert names(graph, "n") == ["y"]


def test_of_two_that_say_the_same_one_stays() -> None:
    twice = (Requires(Upstream("a")), Awaits(Upstream("a")))
    assert REDUCE.change(flow(task("a"), task("n", needs=twice))).node("n").needs == twice[:1]


def test_many_arrows_are_reduced_fast() -> None:
    """2,000 tasks with 20 arrows each: a bitset a task, no search."""
    tasks = [task(f"t{i}", *(f"t{j}" for j in range(max(0, i - 20), i))) for i in range(2000)]
    lean = REDUCE.change(flow(*tasks))
    assert {len(node.needs) for node in lean.nodes[1:]} == {1}


def test_a_wait_is_not_implied_by_the_fallback_of_what_it_waits_for() -> None:
    saved, net = task("a", fallback="net"), task("net", fallback_of="a")
    graph = flow(saved, net, task("n", needs=(Awaits(Upstream("a")),)))
    assert names(graph, "n") == ["a"]
