"""Every invariant once broken, and none broken by graphs that are made well."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from flowc.ir.actions import Arg, Email, Python, RunFlow, Sql
from flowc.ir.expr import Asset, Comprehension, Connection, Hole, Item, Lit, Local, Output, Param, Text
from flowc.ir.graph import (
    AnyOf,
    Awaits,
    Graph,
    Group,
    InArm,
    InLoop,
    Need,
    Pool,
    PoolUse,
    Requires,
    Retry,
    Upstream,
)
from flowc.ir.types import ASSET, BOOL, CONNECTION, INT, Field, ListOf, Record
from flowc.ir.verify import BrokenError, must_hold, verify
from tests.graphs import check, decision, flow, loop, program, task
from tests.strategies import graphs


def reading(*exprs: Any) -> Python:
    return Python("m", "f", tuple(Arg(None, expr) for expr in exprs))


def reads(name: str, gathered: int = 0, field: str | None = None) -> Output:
    return Output(name, field, gathered, INT)


X = Param("x", INT)
ITEMS = Comprehension(Local("i", INT), "i", Lit(None, ListOf(INT)), None, ListOf(INT))
PAIR = Record((Field("rows", INT),))
NEED: Need = Requires(Upstream("a"))

SOUND: dict[str, Graph] = {
    "read": flow(task("a", output=INT), task("b", "a", action=reading(reads("a"), ITEMS))),
    "gathered": flow(
        task("a", output=INT, scope=(InLoop("for_1"),), action=reading(Item("for_1", "item", INT))),
        task("b", "a", action=reading(reads("a", 1))),
        task("c", "a", action=reading(reads("a")), scope=(InLoop("for_1"),)),
        loops=(loop(),),
        params=(),
    ),
    "fallback": flow(task("a", fallback="b"), task("b", fallback_of="a"), task("c", "a")),
    "fallback of a task with a condition": flow(
        task("a", fallback="b", scope=(InArm("when_a", 0),)),
        task("b", fallback_of="a"),
        decisions=(decision("when_a"),),
    ),
    "handler": flow(task("a"), task("h", phase="late", needs=(Awaits(Upstream("a")),)), task("i", "h", phase="late")),
    "several": flow(task("a", output=PAIR, several=True), task("b", "a", action=reading(reads("a", field="rows")))),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_graph(name: str) -> None:
    assert [each for each in verify(SOUND[name]) if "no param" not in each] == []


@given(graphs())
def test_graphs_of_the_tests_are_sound(graph: Graph) -> None:
    assert [each for each in verify(graph) if "no param" not in each] == []


BROKEN: list[tuple[Graph, str]] = [
    (flow(task("a"), task("a")), "2 nodes are called a"),
    (flow(groups=(Group("g", ("x",), ()),)), "group g has no node x"),
    (flow(task("a", scope=(InArm("if_1", 0),))), "a: there is no InArm(decision='if_1', arm=0)"),
    (flow(task("a", scope=(InArm("if_1", 2),)), decisions=(decision(),)), "a: decision if_1 has no arm 2"),
    (
        flow(task("a", scope=(InArm("if_1", 0),)), decisions=(decision(scope=(InLoop("for_1"),)),), loops=(loop(),)),
        "a: if_1 stands in (InLoop(loop='for_1'),), not in ()",
    ),
    (flow(task("a", "b")), "a: needs b, which does not exist"),
    (flow(task("a", needs=(AnyOf(()),))), "a: AnyOf of nothing"),
    (
        flow(task("a"), task("b", needs=(Requires(Upstream("a", checks=("a",))),))),
        "b: a is no check",
    ),
    (flow(task("a", fallback="b"), task("b")), "a: b is not its fallback"),
    (flow(task("a"), task("b", fallback_of="a")), "b: it is not the fallback of a"),
    (
        flow(task("a", fallback="b"), task("b", fallback_of="a", scope=(InArm("if_1", 0),)), decisions=(decision(),)),
        "a: its fallback stands elsewhere",
    ),
    (flow(task("a", fallback="b"), task("b", fallback_of="a"), task("c", "b")), "c: needs b, which is a fallback"),
    (flow(task("a", "h"), task("h", phase="late")), "a: needs h of a handler"),
    (flow(task("a"), task("h", "a", phase="late")), "h: a handler takes any outcome of a"),
    (flow(task("h", phase="late"), task("i", "h", phase="finally")), "i: needs h of another handler"),
    (flow(task("a", several=True, output=INT)), "a: several outputs without their names"),
    (flow(check("check x", output=BOOL)), "check x: a check has no output"),
    (flow(task("a", retry=Retry(-1))), "a: a number that cannot be"),
    (flow(task("a", timeout=timedelta(0))), "a: a number that cannot be"),
    (flow(task("a", pool=PoolUse("p", 3)), pools=(Pool("p", 2),)), "a: pool p has no 3 slots"),
    (flow(task("a", action=Sql("wh", Text(())))), "a: there is no connection wh"),
    (flow(task("a", action=Email("mail", X, X, X))), "a: there is no connection mail"),
    (flow(loops=(loop(limit=0),)), "for_1: a number that cannot be"),
    (flow(task("a", action=reading(Hole("h", 0, INT)))), "a: the hole h is left"),
    (flow(task("a", action=reading(Local("i", INT)))), "a: i is bound nowhere"),
    (flow(task("a", action=reading(X))), "a: there is no param x"),
    (
        flow(task("a", action=reading(Item("for_1", "item", INT))), loops=(loop(),)),
        "a: reads an element of for_1 from outside",
    ),
    (flow(task("a", action=reading(Asset("t", ASSET)))), "a: there is no asset t"),
    (flow(task("a", action=reading(Connection("c", CONNECTION)))), "a: there is no connection c"),
    (flow(task("a", action=reading(reads("b")), needs=())), "a: reads b, which does not exist"),
    (flow(task("a"), task("b", "a", action=reading(reads("a")))), "b: reads a, which has no output"),
    (flow(task("a", output=INT), task("b", action=reading(reads("a")))), "b: reads a and does not wait for it"),
    (
        flow(task("a", output=PAIR, several=True), task("b", "a", action=reading(reads("a", field="n")))),
        "b: reads a.n, which does not exist",
    ),
    (
        flow(
            task("a", output=INT, scope=(InLoop("for_1"),)),
            task("b", "a", action=reading(reads("a"))),
            loops=(loop(),),
        ),
        "b: reads a through 0 loops, and there are 1",
    ),
    (flow(returns=reads("b")), "return: reads b, which does not exist"),
    (flow(task("a", "b"), task("b", "a")), "the graph has a cycle"),
]


@pytest.mark.parametrize(("graph", "message"), BROKEN, ids=[message for _, message in BROKEN])
def test_a_broken_invariant(graph: Graph, message: str) -> None:
    assert message in verify(graph)


def test_flows_of_a_program() -> None:
    graph = flow(task("a", action=RunFlow("gone")))
    assert verify(program(graph)) == ["f: a: there is no flow gone"]
    assert verify(program(flow(), flow())) == ["2 flows are called f"]


def test_a_broken_graph_stops_the_compiler() -> None:
    must_hold(flow(task("a")), "build")
    with pytest.raises(BrokenError, match=r"after reduce:\n  2 nodes are called a"):
        must_hold(flow(task("a"), task("a")), "reduce")
