"""The passes in order, and why in this order.

1. *acyclic* looks first: everything behind it walks the graph from what is waited for to who waits.
2. *dead* comes next, so that nothing that leaves no mark keeps an arrow or a feature alive. It changes no outcome: what
   a run skips is in its trace and stays.
3. *reduce* is last: arrows are counted when all that will stand has been settled. Targets print what is left, so that
   the reader of a generated project meets each arrow once.
"""

from __future__ import annotations

from flowc.diagnostics import Problems
from flowc.ir.graph import Graph
from flowc.ir.verify import must_hold
from flowc.passes.acyclic import ACYCLIC
from flowc.passes.base import Look, Pass, Step
from flowc.passes.dead import DEAD
from flowc.passes.reduce import REDUCE

PIPELINE: tuple[Step, ...] = (ACYCLIC, DEAD, REDUCE)


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
