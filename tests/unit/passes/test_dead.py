"""What leaves no mark on a run goes, and nothing else."""

from attrs import evolve

from flowc.ir.actions import Arg, Python
from flowc.ir.expr import List, Output
from flowc.ir.graph import Connection, Group, InArm, InLoop, Pool, PoolUse, Requires, Upstream
from flowc.ir.types import INT, ListOf
from flowc.passes.dead import DEAD
from tests.graphs import HERE, decision, flow, loop, task

EACH = (InLoop("for_1"),)


def test_a_list_without_elements_makes_no_instance() -> None:
    empty = evolve(loop(), items=List((), ListOf(INT)), is_static=True)
    read = Python("m", "f", (Arg(None, Output("x", None, 1, ListOf(INT))),))
    graph = flow(task("x", scope=EACH), task("after", "x"), task("reads", "x", action=read), task("b"), loops=(empty,))
    lean = DEAD.change(graph)
    assert [(node.name, node.needs) for node in lean.nodes] == [("after", ()), ("reads", ()), ("b", ())]
    assert lean.node("reads").action == Python("m", "f", (Arg(None, List((), ListOf(INT))),))


def test_a_list_without_elements_that_may_not_be_entered_stays() -> None:
    after = (Requires(Upstream("b")),)
    for listed in (loop(scope=(InArm("if_1", 0),)), loop(needs=after)):
        empty = evolve(listed, items=List((), ListOf(INT)), is_static=True)
        scope = (*empty.scope, InLoop("for_1"))
        graph = flow(task("b"), task("x", scope=scope), task("y", "x"), loops=(empty,), decisions=(decision(),))
        assert [node.name for node in DEAD.change(graph).nodes] == ["b", "x", "y"]


def test_empty_groups_and_loops_go_and_what_waited_for_them_waits_no_more() -> None:
    group = Upstream("g", is_group=True)
    graph = flow(
        task("a", needs=(Requires(group),)),
        groups=(Group("g", (), ()),),
        loops=(loop("for_1"), loop("for_2", scope=EACH)),
    )
    assert DEAD.change(graph) == flow(task("a"))


def test_what_nobody_names_goes() -> None:
    server = Connection("c", "http", (), origin=HERE)
    graph = flow(task("a", pool=PoolUse("small")), pools=(Pool("small", 1), Pool("big", 9)), connections=(server,))
    lean = DEAD.change(graph)
    assert [pool.name for pool in lean.pools] == ["small"]
    assert lean.connections == ()
