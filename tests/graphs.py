"""Small graphs for tests, built by hand."""

from __future__ import annotations

from typing import Any

from flowc.ir.actions import Action, Check, Python, Shell
from flowc.ir.expr import Expr, Output, Param, Text
from flowc.ir.graph import (
    Accepts,
    Decision,
    Graph,
    Group,
    InArm,
    InLoop,
    Loop,
    Node,
    Origin,
    Program,
    Requires,
    Upstream,
)
from flowc.ir.types import BOOL, INT, ListOf

HERE = Origin("a.flow", 1, 1)
FLAG = Param("flag", BOOL)


def task(name: str, *after: str, action: Action | None = None, **more: Any) -> Node:
    """A task that requires the named ones."""
    needs = tuple(Requires(Upstream(up)) for up in after)
    return Node(
        name,
        action or Python("shop.etl", name.replace(".", "_")),
        needs=(*needs, *more.pop("needs", ())),
        origin=HERE,
        **more,
    )


def flow(*nodes: Node, name: str = "f", **more: Any) -> Graph:
    return Graph(name, nodes=nodes, origin=HERE, **more)


def program(*graphs: Graph) -> Program:
    return Program("p", graphs)


def decision(name: str = "if_1", *after: str, condition: Expr = FLAG, arms: int = 1, **more: Any) -> Decision:
    """A decision whose arms all have the same condition, and that requires the named tasks."""
    needs = tuple(Requires(Upstream(up)) for up in after)
    return Decision(name, None, ((condition,),) * arms, more.pop("scope", ()), needs, origin=HERE, **more)


def loop(name: str = "for_1", *after: str, **more: Any) -> Loop:
    needs = (*(Requires(Upstream(up)) for up in after), *more.pop("needs", ()))
    items = Output(after[0], None, 0, ListOf(INT)) if after else Param("xs", ListOf(INT))
    return Loop(name, "x", None, items, more.pop("scope", ()), needs, origin=HERE, **more)


def check(name: str, *after: str, verdict: Any = "fail", **more: Any) -> Node:
    return task(name, *after, action=Check(FLAG, None, verdict), **more)


def shell(name: str, *parts: str | Expr, **more: Any) -> Node:
    return task(name, action=Shell(Text(parts)), **more)


def accepting(*ups: str) -> tuple[Accepts, ...]:
    return tuple(Accepts(Upstream(up)) for up in ups)


__all__ = [
    "FLAG",
    "Group",
    "InArm",
    "InLoop",
    "accepting",
    "check",
    "decision",
    "flow",
    "loop",
    "program",
    "shell",
    "task",
]
