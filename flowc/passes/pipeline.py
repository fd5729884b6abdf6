"""The passes in order; README.md beside this file gives the reason for the place of each."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Problems
from flowc.ir.graph import Graph
from flowc.ir.verify import must_hold
from flowc.passes.acyclic import ACYCLIC
from flowc.passes.base import Look, Pass, Step, Told
from flowc.passes.dead import DEAD
from flowc.passes.firm import FIRM
from flowc.passes.fuse import FUSE
from flowc.passes.reduce import REDUCE
from flowc.passes.settle import SETTLE

PIPELINE: tuple[Step, ...] = (ACYCLIC, SETTLE, DEAD, FIRM, REDUCE)

FUSING: tuple[Step, ...] = (*PIPELINE, FUSE)
"""With what has to be asked for: all that is kept can be seen, but for the tasks that run inside of others."""


def run_passes(
    graph: Graph, problems: Problems, *, pipeline: tuple[Step, ...] = PIPELINE, is_verified: bool = False
) -> Graph | None:
    """The lean graph; None if a look found errors, which are among the problems then.

    The invariants are verified at the end, with `is_verified` after each pass too: BrokenError is a bug of ours.
    """
    for step in pipeline:
        match step:
            case Look():
                found = Problems()
                step.report(graph, found)
                problems.extend(found)
                if found.has_errors:
                    return None
            case Pass():
                graph = step.change(graph)
                if is_verified:
                    must_hold(graph, step.name)
    must_hold(graph, "the passes")
    return graph


def told(graph: Graph, *, pipeline: tuple[Step, ...] = PIPELINE) -> Iterator[tuple[Step, Told]]:
    """What each pass makes of a graph that has no errors, one after the other."""
    for step in pipeline:
        if isinstance(step, Pass):
            changed = step.change(graph)
            yield step, step.tell(graph, changed)
            graph = changed
