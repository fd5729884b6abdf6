"""`run.partition` in a project: computed from the run's instant, by functions of the support package."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from flowc.ir.expr import Lit
from flowc.ir.graph import Graph
from flowc.ir.triggers import Windows
from flowc.ir.types import DATE, DATETIME
from flowc.runtime import partitions, triggers
from flowc.target.code import Code, support
from flowc.target.literals import string
from flowc.target.python import constant


def partition(graph: Graph, at: Callable[[str], Code]) -> Code:
    """The window that a run works on; `at` gives the run's instant on the clocks of a zone."""
    windows = graph.partition
    assert isinstance(windows, Windows), "partitions with names are refused before"
    zone = [Code(string(windows.zone))] if windows.unit == "hour" else []
    return support(
        f"last_{windows.unit}", at(windows.zone), *zone, *(constant(_literal(edge)) for edge in _edges(windows))
    )


def known_windows(windows: Windows) -> triggers.Windows:
    """The windows of a flow, as the runtime has them."""
    return triggers.Windows(windows.unit, windows.zone, windows.start, windows.end)


def _edges(windows: Windows) -> list[date | datetime]:
    """The first partition, and the last if there is one."""
    known = known_windows(windows)
    first = next(partitions.between(known, datetime(2, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)))
    _, over = partitions.bounds(known)
    return [first, partitions.last_complete(known, over)] if over else [first]


def _literal(edge: date | datetime) -> Lit:
    return Lit(edge, DATETIME if isinstance(edge, datetime) else DATE)
