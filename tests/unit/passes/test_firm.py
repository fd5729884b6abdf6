"""Where nothing is missing, `??` is a plain read; a failure blocks as before."""

from typing import Any

import pytest
from attrs import evolve

from flowc.ir.actions import Arg, Python
from flowc.ir.expr import Coalesce, Convert, Expr, Lit, Output
from flowc.ir.graph import Accepts, AnyOf, Awaits, Graph, InArm, Need, Node, Requires, Upstream
from flowc.ir.types import BOOL, FLOAT, INT, JSON, Optional, Type
from flowc.passes.firm import FIRM
from tests.graphs import accepting, check, decision, flow, task

THEN, ELSE = (InArm("if_1", 0),), (InArm("if_1", 1),)
TRUE, ZERO = Lit(True, BOOL), Lit(0, INT)
MAYBE = Optional(INT)


def reads(*parts: Expr, kind: Type = INT) -> Python:
    return Python("m", "f", (Arg(None, Coalesce(parts, kind)),))


def value(name: str, kind: Type = MAYBE) -> Output:
    return Output(name, None, 0, kind)


def got(graph: Graph, name: str = "r") -> tuple[Expr, tuple[Need, ...]]:
    node = FIRM.change(graph).node(name)
    assert isinstance(node.action, Python)
    return node.action.args[0].value, node.needs


def a(**more: Any) -> Node:
    return task("a", output=INT, **more)


def test_what_always_comes_is_read_plainly() -> None:
    graph = flow(a(), task("r", needs=accepting("a"), action=reads(value("a"), ZERO)))
    assert got(graph) == (value("a", INT), (Requires(Upstream("a")),))


def test_a_value_that_may_be_null_keeps_its_default() -> None:
    for kind in (MAYBE, JSON):
        graph = flow(
            task("a", output=kind), task("r", needs=accepting("a"), action=reads(value("a", kind), ZERO, kind=kind))
        )
        assert got(graph) == (Coalesce((value("a", kind), ZERO), kind), (Requires(Upstream("a")),))


def test_what_may_be_skipped_keeps_it_too() -> None:
    reader = task("r", needs=accepting("a"), action=reads(value("a"), ZERO))
    for graph in (
        flow(a(scope=THEN), reader, decisions=(decision(),)),
        flow(a(), check("check a", "a", verdict="skip"), evolve(reader, needs=(checked("a"),))),
    ):
        assert FIRM.change(graph) == graph


def checked(name: str) -> Accepts:
    return Accepts(Upstream(name, checks=(f"check {name}",)))


def test_in_the_same_arm_both_are_skipped() -> None:
    reader = task("r", scope=THEN, needs=accepting("a"), action=reads(value("a"), ZERO))
    graph = flow(a(scope=THEN), reader, decisions=(decision(),))
    assert got(graph) == (value("a", INT), (Requires(Upstream("a")),))


def any_of(*names: str) -> tuple[AnyOf]:
    return (AnyOf(tuple(Upstream(name) for name in names)),)


def test_behind_what_always_comes_another_is_waited_for_and_not_read() -> None:
    reader = task("r", needs=any_of("a", "b"), action=reads(value("a"), value("b")))
    graph = flow(a(), task("b", output=INT), reader)
    assert got(graph) == (value("a", INT), (Requires(Upstream("a")), Requires(Upstream("b"))))
    later = flow(a(), task("b", output=INT, scope=THEN), reader, decisions=(decision(),))
    assert got(later) == (value("a", INT), (Requires(Upstream("a")), Accepts(Upstream("b"))))


def test_what_no_run_starts_is_not_read() -> None:
    reader = task("r", needs=any_of("a", "b"), action=reads(value("a"), value("b")))
    settled = (decision(condition=TRUE),)
    graph = flow(a(), task("b", output=INT, scope=ELSE), reader, decisions=settled)
    assert got(graph) == (value("a", INT), (Requires(Upstream("a")),))
    blocked = flow(a(), task("x"), task("b", "x", output=INT, scope=ELSE), reader, decisions=settled)
    assert got(blocked) == (value("a", INT), (Accepts(Upstream("b")), Requires(Upstream("a"))))


def test_a_conversion_stays() -> None:
    part = Convert(value("a"), Optional(FLOAT))
    graph = flow(a(), task("r", needs=accepting("a"), action=reads(part, Lit(0.5, FLOAT), kind=FLOAT)))
    assert got(graph) == (Convert(value("a", INT), FLOAT), (Requires(Upstream("a")),))


@pytest.mark.parametrize("phase", ["failure", "finally"])
def test_a_handler_takes_what_there_is(phase: str) -> None:
    handler = task("r", needs=(Awaits(Upstream("a")),), phase=phase, action=reads(value("a"), ZERO))
    graph = flow(a(), handler)
    assert FIRM.change(graph) == graph
