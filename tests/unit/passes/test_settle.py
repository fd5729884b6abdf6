"""What is known at build is not asked in a run; what is never chosen stays in the trace."""

import pytest
from attrs import evolve

from flowc.ir.expr import Binary, Expr, Index, List, Lit, Param, Run, Unary
from flowc.ir.graph import Group, InArm, Retry
from flowc.ir.types import BOOL, FLOAT, INT, STR, ListOf
from flowc.passes.settle import SETTLE
from tests.graphs import decision, flow, task

TRUE, FALSE = Lit(True, BOOL), Lit(False, BOOL)
THEN, ELSE = (InArm("if_1", 0),), (InArm("if_1", 1),)


def test_an_arm_that_is_always_chosen_is_no_arm() -> None:
    graph = flow(
        task("a", scope=(InArm("if_1", 0),)),
        task("b", scope=(InArm("if_1", 1),)),
        decisions=(decision(condition=TRUE),),
    )
    lean = SETTLE.change(graph)
    assert [node.scope for node in lean.nodes] == [(), (InArm("if_1", 1),)]
    assert [d.name for d in lean.decisions] == ["if_1"]


def test_an_arm_that_is_never_chosen_stays_in_the_trace() -> None:
    graph = flow(task("a", scope=(InArm("if_1", 0),)), decisions=(decision(condition=FALSE),))
    assert SETTLE.change(graph) == graph


def test_a_decision_that_varies_stays() -> None:
    graph = flow(task("a", scope=THEN), decisions=(decision("if_1", condition=Run("flow", BOOL)),))
    assert SETTLE.change(graph) == graph


def test_who_stands_in_a_decision_takes_over_what_it_waits_for() -> None:
    graph = flow(task("x"), task("a", scope=THEN), decisions=(decision("if_1", "x", condition=TRUE),))
    assert SETTLE.change(graph).node("a") == task("a", "x")


def test_in_an_arm_that_is_never_chosen_nothing_is_asked() -> None:
    inner = decision("if_2", "x", scope=ELSE)
    graph = flow(task("x"), task("b", scope=(*ELSE, InArm("if_2", 0))), decisions=(decision(condition=TRUE), inner))
    assert SETTLE.change(graph).node("b") == task("b", "x", scope=ELSE)


def test_what_never_runs_is_not_tried_again_and_has_no_fallback() -> None:
    never = task("b", scope=ELSE, retry=Retry(3), fallback="c")
    saving = task("c", scope=ELSE, fallback_of="b", fallback="d")
    last = task("d", scope=ELSE, fallback_of="c")
    group = Group("g", ("b", "c", "d"), ())
    graph = flow(never, saving, last, decisions=(decision(condition=TRUE),), groups=(group,))
    lean = SETTLE.change(graph)
    assert lean.nodes == (task("b", scope=ELSE),)
    assert lean.groups == (Group("g", ("b",), ()),)


X, RAISES = Param("x", BOOL), Index(Param("xs", ListOf(BOOL)), Lit(3, INT), BOOL)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Unary("not", FALSE, BOOL), TRUE),
        (Binary("or", TRUE, RAISES, BOOL), TRUE),
        (Binary("and", TRUE, X, BOOL), X),
        (Binary("and", X, TRUE, BOOL), X),
        (Binary("and", Binary("==", Lit("a", STR), Lit("a", STR), BOOL), X, BOOL), X),
        (Binary("in", Lit(2, INT), List((Lit(1, INT), Lit(2, INT)), ListOf(INT)), BOOL), TRUE),
        (Binary("not in", Lit(2, INT), List((Lit(1, INT),), ListOf(INT)), BOOL), TRUE),
        (Binary("or", RAISES, TRUE, BOOL), None),
        (Binary("and", RAISES, FALSE, BOOL), None),
        (Binary("==", Lit(1, INT), Lit(1.0, FLOAT), BOOL), None),
        (Binary("in", Lit(1, INT), List((X,), ListOf(INT)), BOOL), None),
    ],
)
def test_constants_in_a_condition(condition: Expr, expected: Expr | None) -> None:
    """What may fail is asked all the same."""
    graph = flow(task("a", scope=ELSE), decisions=(decision(condition=condition),))
    assert SETTLE.change(graph).decision("if_1").arms == ((expected or condition,),)


@pytest.mark.parametrize(("subject", "arm"), [(1, 0), (2, 1), (7, 2)])
def test_a_match_on_a_constant(subject: int, arm: int) -> None:
    patterns = ((Lit(1, INT),), (Lit(2, INT), Lit(3, INT)), ())
    settled = evolve(decision(), subject=Lit(subject, INT), arms=patterns)
    graph = flow(*(task(f"t{n}", scope=(InArm("if_1", n),)) for n in range(3)), decisions=(settled,))
    assert [node.name for node in SETTLE.change(graph).nodes if not node.scope] == [f"t{arm}"]
