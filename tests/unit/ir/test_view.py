"""What waits for what, orders, cycles and reachability; networkx says whether the quick answers are right."""

import networkx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from flowc.ir.graph import Graph, Group, InArm, InLoop, Requires, Upstream
from flowc.ir.view import Arrows, Reach, Vertex, cycles, digraph, order, waits
from tests.graphs import check, decision, flow, loop, task


def vertex(name: str) -> Vertex:
    return "node", name


def arrows(**ups: str) -> Arrows:
    """`a="b c"`: a waits for b and c."""
    return {vertex(name): tuple(map(vertex, said.split())) for name, said in ups.items()}


def test_what_waits_for_what() -> None:
    graph = flow(
        task("a"),
        task("b", "a", scope=(InArm("if_1", 0), InLoop("for_1"))),
        task("c", fallback="d"),
        task("d", fallback_of="c"),
        task("e", "c", needs=(Requires(Upstream("g", is_group=True)),)),
        task("f", needs=(Requires(Upstream("a", checks=("check x",))),)),
        check("check x", "a"),
        decisions=(decision("if_1", "c"),),
        loops=(loop("for_1", "a", scope=(InArm("if_1", 0),)),),
        groups=(Group("g", ("a", "b"), ()),),
    )
    assert waits(graph) == {
        ("decision", "if_1"): (("node", "c"), ("node", "d")),
        ("loop", "for_1"): (("decision", "if_1"), ("node", "a")),
        ("node", "a"): (),
        ("node", "b"): (("decision", "if_1"), ("loop", "for_1"), ("node", "a")),
        ("node", "c"): (),
        ("node", "d"): (("node", "c"),),
        ("node", "e"): (("node", "c"), ("node", "d"), ("group", "g")),
        ("node", "f"): (("node", "a"), ("node", "check x")),
        ("node", "check x"): (("node", "a"),),
        ("group", "g"): (("node", "a"), ("node", "b")),
    }


def test_an_order_keeps_the_user_s_where_it_can() -> None:
    assert [name for _, name in order(arrows(c="", a="b", b="", d="a c"))] == ["c", "b", "a", "d"]


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (arrows(a="", b="a"), []),
        (arrows(a="a"), [["a"]]),
        (arrows(a="c", b="a", c="b", d="c"), [["a", "b", "c"]]),
        (arrows(a="b", b="a c", c="b"), [["a", "b"]]),
        (arrows(x="y", y="x", p="q", q="p"), [["x", "y"], ["p", "q"]]),
        (arrows(a="d b", b="a", c="b", d="c"), [["a", "b"]]),
    ],
    ids=["none", "self", "three", "shortest", "two knots", "shortcut"],
)
def test_cycles_in_the_direction_of_the_arrows(graph: Arrows, expected: list[list[str]]) -> None:
    assert [[name for _, name in cycle] for cycle in cycles(graph)] == expected


names = st.sampled_from("abcdefgh")
some_arrows = st.dictionaries(names, st.frozensets(names, max_size=4)).map(
    lambda found: arrows(**{name: " ".join(sorted(found.get(name, ()))) for name in "abcdefgh"})
)
without_cycles = st.lists(st.frozensets(st.integers(0, 9), max_size=4), max_size=10).map(
    lambda found: {vertex(f"n{i}"): tuple(vertex(f"n{j}") for j in sorted(ups) if j < i) for i, ups in enumerate(found)}
)


@given(some_arrows)
def test_cycles_are_found_where_networkx_finds_some(graph: Arrows) -> None:
    found = cycles(graph)
    knots = [
        knot
        for knot in networkx.strongly_connected_components(digraph(graph))
        if len(knot) > 1 or any(v in graph[v] for v in knot)
    ]
    assert sorted(frozenset(c) <= k for c in found for k in knots).count(True) == len(knots) == len(found)
    for cycle in found:
        for before, after in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            assert before in graph[after]


@given(without_cycles)
def test_order_and_reach_agree_with_networkx(graph: Arrows) -> None:
    place = {v: i for i, v in enumerate(order(graph))}
    assert all(place[up] < place[v] for v, ups in graph.items() for up in ups)
    reach, oracle = Reach(graph), digraph(graph)
    for low in graph:
        assert {up for up in graph if reach.is_above(up, low)} == networkx.ancestors(oracle, low)
        assert reach.above(low) == reach.bits(networkx.ancestors(oracle, low))


def test_an_order_of_a_cycle_is_an_error() -> None:
    graph: Graph = flow(task("a", "b"), task("b", "a"))
    with pytest.raises(ValueError, match="cycle"):
        order(waits(graph))
    assert order(waits(evolve(graph, nodes=graph.nodes[:0]))) == []
