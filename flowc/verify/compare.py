"""Two normal traces side by side: where they differ, and where in the source that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from flowc.ir.graph import Graph, Origin


@frozen
class Difference:
    """One instance (or `run`) that two engines tell differently; None where an engine does not know it."""

    name: str
    first: str | None
    second: str | None
    origin: Origin | None


def differences(first: Sequence[str], second: Sequence[str], graph: Graph) -> list[Difference]:
    """The lines that differ, in the order of the trace."""
    left, right = _by_name(first), _by_name(second)
    names = dict.fromkeys([*left, *right])
    return [
        Difference(name, left.get(name), right.get(name), _origin(name, graph))
        for name in names
        if left.get(name) != right.get(name)
    ]


def _by_name(lines: Iterable[str]) -> dict[str, str]:
    """What stands behind each name: outcome, attempts, value, with single blanks between them."""
    found: dict[str, str] = {}
    for line in lines:
        name, _, rest = line.partition("  ")
        outcome, _, others = rest.strip().partition("  ")
        attempts, _, value = others.strip().partition("  ")
        found[name] = "  ".join(part for part in (outcome, attempts, value.strip()) if part)
    return found


def _origin(name: str, graph: Graph) -> Origin | None:
    bare = name.rpartition("[")[0] if name.endswith("]") else name
    for node in graph.nodes:
        if " ".join(node.name.split()) in (name, bare):
            return node.origin
    return graph.origin if name == "run" else None
