"""Which expressions stand in a value of the IR, and what they read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any, cast

from attrs import Attribute, fields, has

from flowc.ir import actions, graph
from flowc.ir.actions import OfPart, RunFlow
from flowc.ir.expr import Expr, Output, is_expr, walk
from flowc.ir.graph import Graph, Node


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
    return tuple(name for name, said in _annotations(shape) if _words(said) & _holding())


@cache
def _holding() -> frozenset[str]:
    """The names that stand, in an annotation, for something that may hold expressions."""
    shapes = [shape for module in (graph, actions) for shape in vars(module).values() if isinstance(shape, type)]
    found = {"Expr", "Text", "Action"}
    while True:
        more = {shape.__name__ for shape in shapes if any(_words(said) & found for _, said in _annotations(shape))}
        if more <= found:
            return frozenset(found)
        found |= more


def _annotations(shape: type) -> list[tuple[str, str]]:
    if not has(shape) or shape.__module__ not in (graph.__name__, actions.__name__):
        return []
    attributes = cast("tuple[Attribute[Any], ...]", fields(shape))
    return [(each.name, str(each.type)) for each in attributes if each.init and each.eq]


def _words(annotation: str) -> set[str]:
    return set(re.findall(r"\w+", annotation))


def leaves(value: object) -> Iterable[Expr]:
    """Every expression in a value, at any depth. A node remembers its own."""
    if is_expr(value):
        return walk(value)
    if isinstance(value, tuple):
        return chain.from_iterable(map(leaves, cast(tuple[object, ...], value)))
    if isinstance(value, Node):
        if "leaves" not in value.memory:
            value.memory["leaves"] = tuple(_inside(value))
        return value.memory["leaves"]
    return _inside(value)


def _inside(value: object) -> Iterator[Expr]:
    return chain.from_iterable(leaves(getattr(value, name)) for name in _parts(type(value)))


def outputs(value: object) -> Iterator[Output]:
    """The reads of other nodes' outputs in a value."""
    return (leaf for leaf in leaves(value) if isinstance(leaf, Output))


def flows_run(flow: Graph) -> tuple[str, ...]:
    """The flows that a flow runs, each once."""
    return tuple(dict.fromkeys(node.action.flow for node in flow.nodes if isinstance(node.action, RunFlow)))


def parts_of(flow: Graph) -> tuple[str, ...]:
    """The parts that a flow was split into."""
    runs = (node.action for node in flow.nodes if isinstance(node.action, RunFlow))
    return tuple(action.flow for action in runs if action.is_part)


def is_inner(node: Node) -> bool:
    """Whether a node was not written by the user, but stands for a part of the flow or for a task of one."""
    return isinstance(node.action, OfPart) or (isinstance(node.action, RunFlow) and node.action.is_part)
