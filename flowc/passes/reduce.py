"""Drop arrows that others imply.

    a >> b >> c,  a >> c      becomes      a >> b >> c

Only arrows that carry no value: what is read stays. An arrow `x >> n` may go where something else that `n` requires
requires `x` itself, so that whatever befalls `x` befalls `n` all the same, and in the same order. That breaks in three
places, which are left alone:

* across a loop's border: with `tolerate`, or without elements, a mapped task succeeds though its upstream failed;
* through a check: one that is skipped without an attempt says nothing;
* through `??`, `when: done`, `when: failed` and groups, which let some outcomes pass.

`after x, when: done` only waits, so any path that waits will do, loops' borders aside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from attrs import evolve

from flowc.ir.actions import Check
from flowc.ir.graph import Awaits, Decision, Graph, InArm, InLoop, Loop, Need, Node, Requires, Scope
from flowc.ir.reads import outputs
from flowc.ir.view import Vertex, named, order, upstreams, waits
from flowc.passes.base import Pass, Told
from flowc.passes.told import counted, plain

Thing = Node | Decision | Loop
T = TypeVar("T", Node, Decision, Loop)


def _reduce(graph: Graph) -> Graph:
    spare = {vertex: found for vertex, thing in _things(graph) if (found := tuple(_candidates(thing)))}
    if not spare:
        return graph
    implied = _Implied(graph)
    gone = {vertex: implied.visit(vertex, spare.get(vertex, ())) for vertex in order(waits(graph))}

    return evolve(
        graph,
        nodes=tuple(_without(node, gone["node", node.name]) for node in graph.nodes),
        decisions=tuple(_without(decision, gone["decision", decision.name]) for decision in graph.decisions),
        loops=tuple(_without(loop, gone["loop", loop.name]) for loop in graph.loops),
    )


def _without(thing: T, gone: set[Need]) -> T:
    return evolve(thing, needs=tuple(need for need in thing.needs if need not in gone)) if gone else thing


def _things(graph: Graph) -> Iterator[tuple[Vertex, Thing]]:
    for node in graph.nodes:
        yield ("node", node.name), node
    for decision in graph.decisions:
        yield ("decision", decision.name), decision
    for loop in graph.loops:
        yield ("loop", loop.name), loop


def _candidates(thing: Thing) -> Iterator[Need]:
    """The needs that carry no value: `after` a task, whether it must succeed or only be done."""
    if isinstance(thing, Node) and thing.phase != "main":
        return
    read = {output.node for output in outputs(thing)}
    for need in thing.needs:
        if isinstance(need, Requires | Awaits) and not need.upstream.is_group and need.upstream.name not in read:
            yield need


class _Implied:
    """Walks downstream and knows of each vertex, in bitsets, what it waits for and what forces its outcome.

    `forced` has `x` if a failed, blocked or skipped `x` is bound to leave its mark on the vertex. A check that colours
    an edge has a second bit: its verdict, beside its outcome.
    """

    def __init__(self, graph: Graph) -> None:
        self._things = dict(_things(graph))
        self._arrows = waits(graph)
        self._bit = {vertex: 1 << index for index, vertex in enumerate(self._arrows)}
        self._verdicts = len(self._bit)
        self._loops = {vertex: _loops(thing.scope) for vertex, thing in self._things.items()}
        self._loops |= {("group", group.name): _loops(group.scope) for group in graph.groups}
        self._inside: dict[str, int] = {}
        for vertex, loops in self._loops.items():
            for loop in loops:
                self._inside[loop] = self._inside.get(loop, 0) | self._bit[vertex]
        self._waited: dict[Vertex, int] = {}
        self._forced: dict[Vertex, int] = {}
        self._followers = Counter(up for ups in self._arrows.values() for up in ups)

    def visit(self, vertex: Vertex, candidates: Iterable[Need]) -> set[Need]:
        """Take in a vertex whose upstreams have been visited; the candidates among its needs that the rest implies."""
        thing = self._things.get(vertex)
        needs = thing.needs if thing else ()
        waited, forced = self._through(vertex, thing)
        twins: dict[str, list[Need]] = {}
        for need in needs:
            for upstream in upstreams(need):
                twins.setdefault(upstream.name, []).append(need)
        gone: set[Need] = set()
        for need in candidates:
            [upstream] = upstreams(need)
            others = [twin for twin in twins[upstream.name] if twin is not need and twin not in gone]
            if isinstance(need, Awaits):
                if self._has_fallback(upstream.name):
                    continue  # its fallback waits for it, and is waited for by way of this very need
                is_implied = not self._named(need) & ~(waited | _union(map(self._named, others)))
            else:
                is_implied = not self._required(need) & ~(forced | _union(map(self._required, others)))
            if is_implied:
                gone.add(need)
        self._waited[vertex] = waited | _union(self._bit[up] for up in self._arrows[vertex])
        self._forced[vertex] = forced | _union(map(self._required, needs))
        self._forget(vertex)
        return gone

    def _through(self, vertex: Vertex, thing: Thing | None) -> tuple[int, int]:
        """What is waited for, and what is forced, by way of something else."""
        loops = self._loops[vertex]
        waited = _union(self._waited[up] for up in self._arrows[vertex] if self._loops[up] <= loops)
        if thing is None:
            return waited, 0
        # A place around is not named by any need, so it can imply one by itself.
        places = [_vertex(place) for place in thing.scope]
        required = [_required_node(need) for need in thing.needs]
        ways = [*places, *(up for up in required if up is not None and not self._is_check(up))]
        return waited | _union(self._bit[place] for place in places), _union(self._seen(up, loops) for up in ways)

    def _seen(self, upstream: Vertex, loops: frozenset[str]) -> int:
        """What forces an upstream and therefore who requires it, standing in these loops.

        Where the reader stands in a loop that the upstream does not, they see different elements of what is in it.
        """
        own = self._loops[upstream]
        if not own <= loops:
            return 0
        found = self._forced[upstream]
        for loop in loops - own:
            found &= ~self._inside.get(loop, 0)
        return found

    def _required(self, need: Need) -> int:
        """The bits of a plain requirement: the upstream's outcome, and the verdicts on it."""
        if not isinstance(need, Requires) or need.upstream.is_group:
            return 0
        verdicts = _union(self._bit["node", check] << self._verdicts for check in need.upstream.checks)
        return self._bit["node", need.upstream.name] | verdicts

    def _named(self, need: Need) -> int:
        return _union(self._bit[vertex] for vertex in named(need))

    def _has_fallback(self, name: str) -> bool:
        thing = self._things["node", name]
        return isinstance(thing, Node) and thing.fallback is not None

    def _is_check(self, vertex: Vertex) -> bool:
        thing = self._things[vertex]
        return isinstance(thing, Node) and isinstance(thing.action, Check)

    def _forget(self, vertex: Vertex) -> None:
        """Bitsets are dropped with their last reader: else a large flow would need the square of its size."""
        for up in self._arrows[vertex]:
            self._followers[up] -= 1
            if not self._followers[up]:
                del self._waited[up], self._forced[up]


def _required_node(need: Need) -> Vertex | None:
    if isinstance(need, Requires) and not need.upstream.is_group:
        return "node", need.upstream.name
    return None


def _vertex(place: InArm | InLoop) -> Vertex:
    match place:
        case InArm(decision=name):
            return "decision", name
        case InLoop(loop=name):
            return "loop", name


def _loops(scope: Scope) -> frozenset[str]:
    return frozenset(place.loop for place in scope if isinstance(place, InLoop))


def _union(bits: Iterable[int]) -> int:
    found = 0
    for each in bits:
        found |= each
    return found


# ------------------------------------------------------------------ what is said of it


def _tell(before: Graph, after: Graph) -> Told:
    lean = dict(_things(after))
    gone = [
        (vertex, need)
        for vertex, thing in _things(before)
        if len(lean[vertex].needs) < len(thing.needs)
        for need in thing.needs
        if need not in lean[vertex].needs
    ]
    count = sum(len(thing.needs) for thing in lean.values())

    def changes() -> Iterator[str]:
        ways = _Ways(after)
        for vertex, need in gone:
            [upstream] = upstreams(need)
            arrow = f"{upstream.name} >> {plain(vertex, before)}"
            yield f"{arrow} by {ways.between(vertex, upstream.name)}"

    said = f"{counted(len(gone), 'arrow')} dropped, implied by others" if gone else ""
    kept = f"{counted(count, 'arrow')} kept: they carry a value, or nothing else implies them"
    return Told(said, kept if count else "", changes())


class _Ways:
    """Finds by way of what something is waited for, in a graph without the arrow itself."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._arrows = waits(graph)

    def between(self, vertex: Vertex, upstream: str) -> str:
        """The names along a shortest way, from the one that is next to the upstream."""
        came: dict[Vertex, Vertex] = {vertex: vertex}
        ready = [vertex]
        for each in ready:
            for up in self._arrows[each]:
                if up not in came:
                    came[up] = each
                    ready.append(up)
            if ("node", upstream) in came:
                break
        way: list[str] = []
        step = came[("node", upstream)]
        while step != vertex:
            way.append(plain(step, self._graph))
            step = came[step]
        return " >> ".join(way if len(way) <= _LONG else (*way[:2], "...", way[-1]))


_LONG = 4
"""So many steps of a way are told."""


REDUCE = Pass("reduce", "drop arrows that others imply", _reduce, _tell)
