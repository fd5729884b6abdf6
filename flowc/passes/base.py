"""What a pass is: a change of the graph that no trace shows, or a look at it that only reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import field, frozen

from flowc.diagnostics import Problems
from flowc.ir.graph import Graph


@frozen
class Told:
    """What a pass made of a graph. `changes` are worked out when they are walked: each in a line, with its reason.

    `kept` says what it looked at and left alone, and why.
    """

    changed: str = ""
    kept: str = ""
    changes: Iterable[str] = ()


@frozen
class Pass:
    """Gives a graph with the same outcomes, attempts and values in every run: `what` it does, in a few words.

    `tell` says what was done from the graph before and the graph after, so that nobody pays for it who does not ask.
    """

    name: str
    what: str
    change: Callable[[Graph], Graph]
    tell: Callable[[Graph, Graph], Told] = field(default=lambda before, after: Told())


@frozen
class Look:
    """Reports what is wrong with a graph. A graph with errors goes no further."""

    name: str
    what: str
    report: Callable[[Graph, Problems], None]


Step = Pass | Look
