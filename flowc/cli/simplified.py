"""What the passes made of a flow, for `flowc build --explain`: a line each, and the first of the changes below it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowc.ir.graph import Graph

FEW = 10
"""So many changes of a pass are told, where not all are asked for."""


def simplified(graph: Graph, *, is_whole: bool = False, is_fused: bool = False) -> Iterator[str]:
    """The lines for one flow; `is_whole` for all changes, which may be many."""
    from flowc.compiler import told

    yield f"{graph.name}: what was simplified for all targets"
    for name, said in told(graph, is_fused=is_fused):
        yield f"  {name:<8}{said.changed or 'nothing to do'}" + (f"; {said.kept}" if said.kept else "")
        changes = iter(said.changes)
        yield from (f"    {line}" for line in (changes if is_whole else islice(changes, FEW)))
        if next(changes, None) is not None:
            yield "    and more: --verbose tells all"
