"""What a pass is: a change of the graph that no trace shows, or a look at it that only reports."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from flowc.diagnostics import Problems
from flowc.ir.graph import Graph


@frozen
class Pass:
    """Gives a graph with the same outcomes, attempts and values in every run: `what` it does, in a few words."""

    name: str
    what: str
    change: Callable[[Graph], Graph]


@frozen
class Look:
    """Reports what is wrong with a graph. A graph with errors goes no further."""

    name: str
    what: str
    report: Callable[[Graph, Problems], None]


Step = Pass | Look
