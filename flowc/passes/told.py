"""How passes speak of a graph: its things as the user would call them, and numbers with their nouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flowc.ir.graph import Decision, Graph, Group, Loop, Node
from flowc.ir.view import Vertex


def spoken(vertex: Vertex, graph: Graph) -> str:
    """As the user would say it: decisions and loops have no name of their own, but a line."""
    kind, name = vertex
    match kind:
        case "node":
            return f"`{name}`"
        case "group":
            return f"group `{name}`"
        case "decision":
            return called(graph.decision(name))
        case "loop":
            return called(graph.loop(name))


def called(thing: Node | Decision | Loop | Group) -> str:
    """The same of a thing itself."""
    match thing:
        case Node(name=name):
            return f"`{name}`"
        case Group(name=name):
            return f"group `{name}`"
        case Decision(name=name, subject=subject, origin=origin):
            word = "when" if name.startswith("when_") else "match" if subject is not None else "if"
            return f"the `{word}` in line {origin.line}"
        case Loop(origin=origin):
            return f"the `for` in line {origin.line}"


def plain(vertex: Vertex, graph: Graph) -> str:
    """Without quotes, as it stands in a chain of arrows."""
    return spoken(vertex, graph).replace("`", "")


def counted(count: int, noun: str) -> str:
    """`1 arrow`, `2 arrows`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def summed(counts: Iterable[tuple[int, str]]) -> str:
    """The numbers that are not zero, with their nouns."""
    return listed([counted(count, noun) for count, noun in counts if count])
