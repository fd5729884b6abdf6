"""The graph as a graph: what waits for what, orders, cycles, reachability. The only file that knows networkx.

A vertex is a node, decision, loop or group: kind and name. An arrow leads from what is waited for to the waiter.
The usual questions are answered here by plain lists and bitsets; networkx is for the rare ones, and the tests' oracle.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypeVar

from attrs import evolve

from flowc.ir.graph import (
    Accepts,
    AnyFailed,
    AnyOf,
    Awaits,
    Decision,
    Graph,
    InArm,
    InLoop,
    Loop,
    Need,
    Node,
    Requires,
    Scope,
    Upstream,
)

if TYPE_CHECKING:
    from networkx import DiGraph

Vertex = tuple[Literal["node", "decision", "loop", "group"], str]
V = TypeVar("V", bound=Hashable)
Arrows = Mapping[Vertex, tuple[Vertex, ...]]
"""What each vertex waits for."""


def upstreams(need: Need) -> tuple[Upstream, ...]:
    """What a need waits for, its checks aside."""
    match need:
        case Requires(upstream=upstream) | Accepts(upstream=upstream) | Awaits(upstream=upstream):
            return (upstream,)
        case AnyOf(upstreams=several) | AnyFailed(upstreams=several):
            return several


def unchecked(need: Need, checks: Collection[str]) -> Need:
    """A need without the verdicts of some checks."""

    def without(upstream: Upstream) -> Upstream:
        left = tuple(check for check in upstream.checks if check not in checks)
        return upstream if left == upstream.checks else evolve(upstream, checks=left)

    match need:
        case AnyOf(upstreams=several) | AnyFailed(upstreams=several):
            return evolve(need, upstreams=tuple(map(without, several)))
        case _:
            return evolve(need, upstream=without(need.upstream))


def waits(graph: Graph) -> Arrows:
    """What each node, decision, loop and group waits for, each once, in the order of the needs.

    A node waits for its scope, a group for its members. Whoever waits for something waits for its checks and its
    fallback too.
    """
    fallbacks = {node.name: node.fallback for node in graph.nodes if node.fallback}
    found: dict[Vertex, tuple[Vertex, ...]] = {}
    for decision in graph.decisions:
        found["decision", decision.name] = _waits_of(decision, fallbacks)
    for loop in graph.loops:
        found["loop", loop.name] = _waits_of(loop, fallbacks)
    for node in graph.nodes:
        found["node", node.name] = _waits_of(node, fallbacks)
        if node.fallback_of:
            saved: Vertex = ("node", node.fallback_of)
            found["node", node.name] += (saved,)
    for group in graph.groups:
        found["group", group.name] = tuple(("node", member) for member in group.members)
    return found


def _waits_of(thing: Node | Decision | Loop, fallbacks: Mapping[str, str]) -> tuple[Vertex, ...]:
    said = dict.fromkeys(_places(thing.scope))
    for need in thing.needs:
        said |= dict.fromkeys(named(need))
    if not fallbacks:
        return tuple(said)
    return tuple(dict.fromkeys(vertex for first in said for vertex in _saved(first, fallbacks)))


def _saved(vertex: Vertex, fallbacks: Mapping[str, str]) -> Iterator[Vertex]:
    """A vertex and the fallbacks that may give its value, one after the other."""
    yield vertex
    seen = {vertex}
    while vertex[0] == "node" and vertex[1] in fallbacks and (vertex := ("node", fallbacks[vertex[1]])) not in seen:
        seen.add(vertex)
        yield vertex


def _places(scope: Scope) -> Iterator[Vertex]:
    for place in scope:
        match place:
            case InArm(decision=name):
                yield "decision", name
            case InLoop(loop=name):
                yield "loop", name


def named(need: Need) -> Iterator[Vertex]:
    """The vertices of a need, and of the checks that go with them."""
    for upstream in upstreams(need):
        yield (("group", upstream.name) if upstream.is_group else ("node", upstream.name))
        for check in upstream.checks:
            yield "node", check


def between_tasks(graph: Graph) -> dict[str, tuple[str, ...]]:
    """The nodes that each node waits for: of a group its members, of a decision or a loop what that waits for."""
    arrows = waits(graph)

    def nodes(vertices: Iterable[Vertex]) -> Iterator[str]:
        for kind, name in vertices:
            if kind == "node":
                yield name
            elif kind == "group":
                yield from graph.group(name).members
            else:
                yield from nodes(arrows[kind, name])

    return {node.name: tuple(dict.fromkeys(nodes(arrows["node", node.name]))) for node in graph.nodes}


def order(arrows: Mapping[V, Collection[V]]) -> list[V]:
    """Every vertex after all that it waits for, otherwise as they come; a ValueError where they wait in a circle."""
    missing: dict[V, int] = {}
    followers: dict[V, list[V]] = {vertex: [] for vertex in arrows}
    for vertex, ups in arrows.items():
        each_once = set(ups)
        missing[vertex] = len(each_once)
        for up in each_once:
            followers[up].append(vertex)
    ready = [vertex for vertex, count in missing.items() if not count]
    for vertex in ready:
        for follower in followers[vertex]:
            missing[follower] -= 1
            if not missing[follower]:
                ready.append(follower)
    if len(ready) < len(missing):
        raise ValueError("the graph has a cycle")
    return ready


def cycles(arrows: Arrows) -> list[list[Vertex]]:
    """One shortest cycle for each knot of vertices that wait for each other, in the arrows' order.

    A cycle is given in the direction of the arrows: each is waited for by the next, and the last by the first.
    """
    if not _is_cyclic(arrows):
        return []
    import networkx

    place = {vertex: index for index, vertex in enumerate(arrows)}
    graph = digraph(arrows)
    found: list[list[Vertex]] = []
    for knot in networkx.strongly_connected_components(graph):
        inner = graph.subgraph(knot)
        first = min(knot, key=place.__getitem__)
        if inner.has_edge(first, first) or len(knot) > 1:
            back = list(_ways_back(inner, first))
            found.append(min(back, key=lambda path: (len(path), [place[vertex] for vertex in path])))
    return sorted(found, key=lambda path: place[path[0]])


def _is_cyclic(arrows: Mapping[V, Collection[V]]) -> bool:
    try:
        order(arrows)
    except ValueError:
        return True
    return False


def knots(waits_for: Mapping[str, Collection[str]]) -> list[list[str]]:
    """The names that wait for each other in circles, those of each such set in order."""
    if not _is_cyclic(waits_for):
        return []
    import networkx

    graph: DiGraph[str] = networkx.DiGraph()
    graph.add_edges_from((up, name) for name, ups in waits_for.items() for up in sorted(ups))
    return [sorted(knot) for knot in networkx.strongly_connected_components(graph) if len(knot) > 1]


def _ways_back(graph: DiGraph[Vertex], start: Vertex) -> Iterator[list[Vertex]]:
    """For each arrow out of a vertex the shortest way back to it."""
    from networkx import shortest_path  # pyright: ignore[reportUnknownVariableType]

    for after in graph.successors(start):
        yield [start] if after == start else [start, *shortest_path(graph, after, start)[:-1]]


def digraph(arrows: Arrows) -> DiGraph[Vertex]:
    """The arrows as a networkx graph, from what is waited for to what waits."""
    import networkx

    graph: DiGraph[Vertex] = networkx.DiGraph()
    graph.add_nodes_from(arrows)
    graph.add_edges_from((up, vertex) for vertex, ups in arrows.items() for up in ups)
    return graph


class Reach:
    """Who is above whom, in bitsets: one integer a vertex, with a bit for each that it waits for at any remove."""

    def __init__(self, arrows: Arrows) -> None:
        self._bit = {vertex: 1 << index for index, vertex in enumerate(arrows)}
        self._above: dict[Vertex, int] = {}
        for vertex in order(arrows):
            self._above[vertex] = self.bits(arrows[vertex])
            for up in arrows[vertex]:
                self._above[vertex] |= self._above[up]

    def bits(self, vertices: Iterable[Vertex]) -> int:
        """A set of vertices as an integer."""
        found = 0
        for vertex in vertices:
            found |= self._bit[vertex]
        return found

    def above(self, vertex: Vertex) -> int:
        """All that a vertex waits for, at any remove."""
        return self._above[vertex]

    def is_above(self, upper: Vertex, lower: Vertex) -> bool:
        """Whether `lower` waits for `upper`, at any remove."""
        return bool(self._above[lower] & self._bit[upper])
