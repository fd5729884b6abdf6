"""Who can be skipped, and where a failure can meet a skip."""

import pytest
from hypothesis import given, settings

from flowc.ir.actions import RunFlow
from flowc.ir.graph import AnyFailed, AnyOf, Graph, Group, InArm, InLoop, Requires, Upstream
from flowc.ir.skips import Skips
from tests import skipping
from tests.graphs import accepting, check, decision, flow, loop, task
from tests.strategies import graphs

THEN, ELSE = (InArm("if_1", 0),), (InArm("if_1", 1),)
IF = (decision("if_1", "size"),)


def skippable(graph: Graph) -> list[str]:
    skips = Skips(graph)
    return [node.name for node in graph.nodes if skips.reasons(node.name)]


def mixed(graph: Graph) -> list[str]:
    skips = Skips(graph)
    return [node.name for node in graph.nodes if skips.is_mixed(node.name)]


def any_of(*names: str) -> tuple[AnyOf]:
    return (AnyOf(tuple(Upstream(name) for name in names)),)


def test_nothing_skips_a_chain() -> None:
    graph = flow(task("a"), task("b", "a"), task("c", "a", "b"))
    assert skippable(graph) == mixed(graph) == []


def test_an_arm_skips_what_stands_in_it_and_what_needs_that() -> None:
    graph = flow(task("size"), task("a", scope=THEN), task("b", "a", scope=THEN), task("c", "b"), decisions=IF)
    assert skippable(graph) == ["a", "b", "c"]
    assert mixed(graph) == []


def test_a_default_ends_a_skip() -> None:
    graph = flow(task("size"), task("a", scope=THEN), task("b", needs=accepting("a")), task("c", "b"), decisions=IF)
    assert skippable(graph) == ["a"]


def test_a_failure_beside_a_skip() -> None:
    graph = flow(task("size"), task("a", scope=THEN), task("x"), task("y", "a", "x"), decisions=IF)
    assert mixed(graph) == ["y"]


def test_what_blocks_both_is_no_mixture() -> None:
    """If `size` fails, the arm is never evaluated: `a` is blocked too."""
    graph = flow(task("size"), task("a", scope=THEN), task("y", "a", "size"), decisions=IF)
    assert mixed(graph) == []


def test_two_of_one_arm_are_skipped_together() -> None:
    graph = flow(task("size"), task("a", scope=THEN), task("b", scope=THEN), task("y", "a", "b"), decisions=IF)
    assert mixed(graph) == []


def test_two_of_different_arms_are_not() -> None:
    graph = flow(task("size"), task("a", scope=THEN), task("b", scope=ELSE), task("y", "a", "b"), decisions=IF)
    assert mixed(graph) == ["y"]


def test_an_arm_that_is_not_chosen_beside_a_failed_read() -> None:
    graph = flow(task("size"), task("x"), task("a", "x", scope=THEN), decisions=IF)
    assert mixed(graph) == ["a"]
    assert mixed(flow(task("size"), task("a", "size", scope=THEN), decisions=IF)) == []


def test_what_is_blocked_beside_a_skip() -> None:
    """`b` itself stands in the arm of `a`; but `x`, which it needs, may fail whatever the arm."""
    graph = flow(
        task("size"), task("x"), task("a", scope=THEN), task("b", "x", scope=THEN), task("y", "a", "b"), decisions=IF
    )
    assert mixed(graph) == ["b", "y"]


def test_a_join_of_all_arms_is_never_skipped() -> None:
    both = (task("size"), task("a", scope=THEN), task("b", scope=ELSE))
    graph = flow(*both, task("j", needs=any_of("a", "b")), task("k", "j"), decisions=IF)
    assert skippable(graph) == ["a", "b"]
    assert mixed(graph) == []
    assert skippable(flow(*both[:2], task("j", needs=any_of("a")), decisions=IF)) == ["a", "j"]


def test_a_join_inside_an_arm_is_skipped_with_it() -> None:
    outer = decision("if_0")
    inner = decision("if_1", scope=(InArm("if_0", 0),))
    graph = flow(
        task("a", scope=(InArm("if_0", 0), InArm("if_1", 0))),
        task("b", scope=(InArm("if_0", 0), InArm("if_1", 1))),
        task("j", needs=any_of("a", "b")),
        decisions=(outer, inner),
    )
    assert Skips(graph).reasons("j") == {("if_0", 0)}


@pytest.mark.parametrize(("verdict", "expected"), [("skip", ["check x", "b"]), ("fail", []), ("warn", [])])
def test_a_check_that_skips(verdict: str, expected: list[str]) -> None:
    guarded = Requires(Upstream("a", checks=("check x",)))
    graph = flow(task("a"), check("check x", "a", verdict=verdict), task("b", needs=(guarded,)))
    assert skippable(graph) == expected


def test_after_a_failure_that_did_not_come() -> None:
    graph = flow(task("a"), task("b", needs=(AnyFailed((Upstream("a"),)),)), task("x"), task("y", "b", "x"))
    assert skippable(graph) == ["b", "y"]
    assert mixed(graph) == ["y"]


def test_a_flow_that_may_drop_its_run() -> None:
    graph = flow(task("child", action=RunFlow("other")), task("b", "child"))
    assert skippable(graph) == []
    assert Skips(graph, drops=["other"]).reasons("b") == {("child", -1)}


def test_from_outside_a_loop_only_the_loop_is_skipped() -> None:
    inside = (InLoop("for_1"), InArm("if_1", 0))
    graph = flow(
        task("files"),
        task("a", scope=inside),
        task("b", "a", scope=inside),
        task("all", "b"),
        decisions=(decision("if_1", scope=(InLoop("for_1"),)),),
        loops=(loop("for_1", "files"),),
    )
    assert skippable(graph) == ["a", "b"]
    branched = flow(
        task("size"),
        task("a", scope=(InArm("if_1", 0), InLoop("for_1"))),
        task("all", "a"),
        decisions=IF,
        loops=(loop("for_1", scope=THEN),),
    )
    assert skippable(branched) == ["a", "all"]


def test_a_group_is_skipped_where_all_of_it_is() -> None:
    after = (Requires(Upstream("g", is_group=True)),)
    one, two = task("a", scope=THEN), task("b")
    graph = flow(task("size"), one, two, task("y", needs=after), decisions=IF, groups=(Group("g", ("a", "b"), ()),))
    assert skippable(graph) == ["a"]
    alone = flow(task("size"), one, task("y", needs=after), decisions=IF, groups=(Group("g", ("a",), ()),))
    assert skippable(alone) == ["a", "y"]


@settings(max_examples=300)
@given(graphs(most=12))
def test_it_is_what_the_plain_statement_says(graph: Graph) -> None:
    expected, skips = skipping.Skips(graph), Skips(graph)
    for node in graph.nodes:
        assert skips.reasons(node.name) == expected.reasons(node.name)
        assert skips.can_skip(node.name) == bool(expected.reasons(node.name))
        for need in node.needs:
            assert skips.skipping(need, node) == expected.skipping(need, node)
    for thing in (*graph.nodes, *graph.decisions, *graph.loops):
        assert skips.mixes(thing) == expected.mixes(thing)
    for place in graph.loops:
        assert skips.blocks_inside(place.name) == expected.blocks_inside(place.name)


def test_a_loop_can_be_skipped_where_something_in_it_is_blocked() -> None:
    tasks = (task("size"), task("other"), task("a", "other", scope=(InArm("if_1", 0), InLoop("for_1"))))
    assert Skips(flow(*tasks, decisions=IF, loops=(loop("for_1", scope=THEN),))).blocks_inside("for_1")
    assert not Skips(
        flow(*tasks[:2], task("a", "other", scope=(InLoop("for_1"),)), loops=(loop("for_1"),))
    ).blocks_inside("for_1")
    alone = (
        task("a", scope=(InArm("if_1", 0), InLoop("for_1"))),
        task("b", "a", scope=(InArm("if_1", 0), InLoop("for_1"))),
    )
    assert not Skips(flow(*tasks[:2], *alone, decisions=IF, loops=(loop("for_1", scope=THEN),))).blocks_inside("for_1")
