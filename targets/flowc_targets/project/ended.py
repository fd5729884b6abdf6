"""Which flows have runs that others may end: a child ends with the attempt that has started it (rule 14)."""

from __future__ import annotations

from flowc.ir.actions import RunFlow
from flowc.ir.graph import Graph, Node, Program


def ended_by_others(program: Program) -> frozenset[str]:
    """The flows whose runs can be ended by the task that has started one.

    It has a timeout, or its run has a deadline or may be ended for a newer one.
    """
    found: set[str] = set()
    while True:
        more = {
            node.action.flow
            for graph in program.graphs
            for node in graph.nodes
            if isinstance(node.action, RunFlow)
            and (node.timeout is not None or _ends(graph, node) or graph.name in found)
        }
        if more <= found:
            return frozenset(found)
        found |= more


def _ends(graph: Graph, node: Node) -> bool:
    return (graph.deadline is not None or graph.overlap == "cancel_old") and node.phase == "main"
