"""Which expressions stand in a value of the IR, and what they read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from attrs import Attribute, fields, has

from flowc.ir.actions import RunFlow
from flowc.ir.expr import Expr, Output, walk
from flowc.ir.graph import Graph


def expressions(value: object) -> Iterator[Expr]:
    """The outermost expressions in a node, an action, a decision, ... in the order of their fields."""
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, tuple):
        for part in cast(tuple[object, ...], value):
            yield from expressions(part)
    elif has(type(value)) and type(value).__module__ in ("flowc.ir.graph", "flowc.ir.actions"):
        for attribute in cast("tuple[Attribute[Any], ...]", fields(type(value))):
            if attribute.init and attribute.eq:
                yield from expressions(getattr(value, attribute.name))


def leaves(value: object) -> Iterator[Expr]:
    """Every expression in a value, at any depth."""
    for expr in expressions(value):
        yield from walk(expr)


def outputs(value: object) -> Iterator[Output]:
    """The reads of other nodes' outputs in a value."""
    return (leaf for leaf in leaves(value) if isinstance(leaf, Output))


def flows_run(graph: Graph) -> tuple[str, ...]:
    """The flows that a graph runs, each once."""
    return tuple(dict.fromkeys(node.action.flow for node in graph.nodes if isinstance(node.action, RunFlow)))
