"""Report tasks that wait for each other in a circle.

    task a = f(b)      error[FLOW401]: `a` and `b` wait for each other
    task b = g(a)        = note: a -> b -> a

One circle for each knot, the shortest through its first task. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from flowc.diagnostics import Label, Problems
from flowc.ir.graph import Graph
from flowc.ir.view import Vertex, cycles, waits
from flowc.passes.base import Look
from flowc.passes.told import listed, spoken
from flowc.source import Span


def _report(graph: Graph, problems: Problems) -> None:
    for cycle in cycles(waits(graph)):
        names = [spoken(vertex, graph) for vertex in cycle]
        span = next((_place(vertex, graph) for vertex in cycle if _place(vertex, graph)), graph.at)
        if len(cycle) == 1:
            problems.add("FLOW402", f"{names[0]} waits for itself", span)
            continue
        problems.add(
            "FLOW401",
            f"{listed(names)} wait for each other",
            span,
            label=f"waits for {names[-1]}",
            related=[
                Label(place, f"waits for {before}")
                for vertex, before in zip(cycle[1:], names, strict=False)
                if (place := _place(vertex, graph)) is not None and place != span
            ],
            notes=(" -> ".join(name.replace("`", "") for name in [*names, names[0]]),),
        )


def _place(vertex: Vertex, graph: Graph) -> Span | None:
    kind, name = vertex
    tables: dict[str, Callable[[str], object]] = {
        "node": graph.node,
        "decision": graph.decision,
        "loop": graph.loop,
        "group": graph.group,
    }
    return getattr(tables[kind](name), "at", None)


ACYCLIC = Look("acyclic", "tasks that wait for each other in a circle", _report)
