"""Which expressions stand in a value of the IR, and what they read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from attrs import Attribute, fields, has

from flowc.ir.actions import RunFlow
from flowc.ir.expr import Expr, Output, is_expr, walk
from flowc.ir.graph import Graph


def expressions(value: object) -> Iterator[Expr]:
    """The outermost expressions in a node, an action, a decision, ... in the order of their fields."""
    if is_expr(value):
        yield value
    elif isinstance(value, tuple):
        for part in cast(tuple[object, ...], value):
            yield from expressions(part)
    else:
        for name in _parts(type(value)):
            yield from expressions(getattr(value, name))


@cache
def _parts(shape: type) -> tuple[str, ...]:
    """The fields of a class of the graph that may hold expressions; none of any other class."""
    if not has(shape) or shape.__module__ not in ("flowc.ir.graph", "flowc.ir.actions"):
        return ()
    attributes = cast("tuple[Attribute[Any], ...]", fields(shape))
    return tuple(attribute.name for attribute in attributes if attribute.init and attribute.eq)


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
