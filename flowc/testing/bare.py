"""A flow without its work: what is left decides what runs, and in which order.

What no target can say yet stands in what is taken away, so any flow that `flowc check` takes can be tested.
"""

from __future__ import annotations

from attrs import evolve

from flowc.ir.actions import Check, Fail, Shell
from flowc.ir.expr import Call, Expr, Lit, Text, walk
from flowc.ir.graph import Graph, Node, Resources
from flowc.ir.types import BOOL

_NOTHING = Shell(Text(("true",)))
_OF_TABLES = ("rows", "unique")


def bare(graph: Graph) -> Graph:
    """The graph whose tasks do nothing; checks and conditions are as they were."""
    return evolve(
        graph,
        nodes=tuple(_idle(node) for node in graph.nodes),
        connections=(),
        overrides=(),
        pools=(),
        max_runs=None,
        later=(),
    )


def _idle(node: Node) -> Node:
    action = node.action
    if isinstance(action, Check) and _looks_into_tables(action.condition):
        action = evolve(action, condition=Lit(True, BOOL))  # there is no table to look into
    return evolve(
        node,
        action=action if isinstance(action, Check | Fail) else _NOTHING,
        retry=evolve(node.retry, jitter=False),
        pool=None,
        lock=None,
        env=(),
        cache=None,
        resources=Resources(),
        reads=(),
        windows=(),
        writes=(),
        overrides=(),
        unbuilt=(),
        doc="",
    )


def _looks_into_tables(condition: Expr) -> bool:
    return any(isinstance(part, Call) and part.function in _OF_TABLES for part in walk(condition))
