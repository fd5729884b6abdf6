"""Analyses of a graph are made once: their results are kept on the graph, which never changes.

    @remembered
    def uses_of(graph): ...

A graph that a pass made of another one is a new graph, and remembers nothing. Only what counts as an analysis for
`flowc.target.ledger` may be remembered: a second asking reads nothing, and so would tell of no use.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, TypeVarTuple, cast

from flowc.ir.graph import Graph

Given = TypeVarTuple("Given")
Found = TypeVar("Found")


def remembered(analysis: Callable[[Graph, *Given], Found]) -> Callable[[Graph, *Given], Found]:
    """The analysis, made once for each graph and each set of its other arguments, which are hashable.

    What it gives must never be changed.
    """

    @wraps(analysis)
    def asked(graph: Graph, *given: *Given) -> Found:
        key = (analysis, given)
        if key not in graph.memory:
            graph.memory[key] = analysis(graph, *given)
        return cast(Found, graph.memory[key])

    return asked
