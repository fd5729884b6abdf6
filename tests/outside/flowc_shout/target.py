"""The target `listing`: a text file for each flow, its tasks in an order in which they can run."""

from __future__ import annotations

from graphlib import TopologicalSorter

from attrs import frozen

from flowc.emit.tree import FileTree
from flowc.ir.features import Feature
from flowc.ir.graph import Graph, Node, Program, Requires
from flowc.target.contract import Native, Refused, Target

_KNOWN = (Feature.python, Feature.shell, Feature.requires, Feature.docs, Feature.value_json)


@frozen
class Line:
    """A task: its name, its kind, and what it waits for."""

    name: str
    kind: str
    after: tuple[str, ...]
    doc: str


@frozen
class Listing:
    """The lines of each flow."""

    flows: tuple[tuple[str, tuple[Line, ...]], ...]


def lower(program: Program) -> Listing:
    """Put the tasks of each flow in order."""
    return Listing(tuple((graph.name, tuple(_ordered(graph))) for graph in program.graphs))


def _ordered(graph: Graph) -> list[Line]:
    lines = {node.name: _line(node) for node in graph.nodes}
    return [
        lines[name] for name in TopologicalSorter({line.name: line.after for line in lines.values()}).static_order()
    ]


def _line(node: Node) -> Line:
    # What waits in another way is another feature, which is refused.
    after = tuple(need.upstream.name for need in node.needs if isinstance(need, Requires))
    return Line(node.name, type(node.action).__name__.lower(), after, node.doc)


def render(listing: Listing) -> FileTree:
    """One file a flow."""
    return FileTree({f"{name}.txt": "".join(map(_text, lines)) for name, lines in listing.flows})


def _text(line: Line) -> str:
    after = f" after {', '.join(line.after)}" if line.after else ""
    doc = f": {line.doc}" if line.doc else ""
    return f"{line.name} ({line.kind}){after}{doc}\n"


_HOW = "a listing says what is done, not how"

LISTING: Target[Listing] = Target(
    name="listing",
    engine="a reader",
    versions="",
    capabilities={
        feature: Native() if feature in _KNOWN else Refused("a listing has no words for it", "leave it out")
        for feature in Feature
    },
    lower=lower,
    render=render,
    disregards={
        "Program.project": "each flow is listed by itself",
        "Program.root": "nothing is read from the project",
        "Shell.script": _HOW,
        "Python.module": _HOW,
        "Python.function": _HOW,
        "Python.args": _HOW,
        "Node.output": _HOW,
    },
)
