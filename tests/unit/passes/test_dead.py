"""What leaves no mark on a run goes, and nothing else."""

import pytest
from attrs import evolve

from flowc.ir.expr import Lit, Run
from flowc.ir.graph import Connection, Group, InArm, InLoop, Pool, PoolUse, Requires, Upstream
from flowc.ir.types import BOOL, INT
from flowc.passes.dead import DEAD
from tests.graphs import HERE, decision, flow, loop, task

EACH = (InLoop("for_1"),)
TRUE, FALSE = Lit(True, BOOL), Lit(False, BOOL)


def test_an_arm_that_is_always_chosen_is_no_arm() -> None:
    graph = flow(
        task("a", scope=(InArm("if_1", 0),)),
        task("b", scope=(InArm("if_1", 1),)),
        decisions=(decision(condition=TRUE),),
    )
    lean = DEAD.change(graph)
    assert [node.scope for node in lean.nodes] == [(), (InArm("if_1", 1),)]
    assert [d.name for d in lean.decisions] == ["if_1"]


def test_an_arm_that_is_never_chosen_stays_in_the_trace() -> None:
    graph = flow(task("a", scope=(InArm("if_1", 0),)), decisions=(decision(condition=FALSE),))
    assert DEAD.change(graph) == graph


def test_a_decision_that_waits_or_varies_stays() -> None:
    for settled in (decision("if_1", "x", condition=TRUE), decision("if_1", condition=Run("flow", BOOL))):
        graph = flow(task("x"), task("a", scope=(InArm("if_1", 0),)), decisions=(settled,))
        assert DEAD.change(graph) == graph


@pytest.mark.parametrize(("subject", "arm"), [(1, 0), (2, 1), (7, 2)])
def test_a_match_on_a_constant(subject: int, arm: int) -> None:
    patterns = ((Lit(1, INT),), (Lit(2, INT), Lit(3, INT)), ())
    settled = evolve(decision(), subject=Lit(subject, INT), arms=patterns)
    graph = flow(*(task(f"t{n}", scope=(InArm("if_1", n),)) for n in range(3)), decisions=(settled,))
    assert [node.name for node in DEAD.change(graph).nodes if not node.scope] == [f"t{arm}"]


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
