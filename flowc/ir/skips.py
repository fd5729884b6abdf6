"""Why a node can be skipped, and where one upstream can fail while another is skipped.

A *reason* is something that can skip: an arm that is not chosen, a check with `skip:`, an `after ..., when: failed`, a
flow that drops a run. Engines that settle a task as soon as one upstream is known get the second question wrong: the
outcome then hangs on who ends first. Only there is an emulation owed (rule 1).

Both answers err on the side of "can": what is called unskippable is never skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import frozen

from flowc.ir.actions import Check, OfPart, RunFlow
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
from flowc.ir.memo import remembered
from flowc.ir.view import Vertex, order, waits

Reason = tuple[str, int]
"""A decision and one of its arms, or the name of a node that skips by itself and -1."""


@frozen
class _Cause:
    """Something that is waited for: what can skip it, and the nodes whose failure would block it, as bits."""

    reasons: int
    failures: int


Thing = Node | Decision | Loop


class Skips:
    """The skip analysis of one flow without cycles. `drops` are flows that may drop a run (`overlap: skip`).

    Reasons and nodes are bits of integers. Who can fail is forgotten with its last reader, as a large flow would need
    the square of its size; so whether two of them mix is found out on the way.
    """

    def __init__(self, graph: Graph, *, drops: Iterable[str] = ()) -> None:
        self._graph = graph
        self._drops = frozenset(drops)
        self._numbers: dict[Reason, int] = {}
        self._listed: list[Reason] = []
        self._found: dict[Vertex, int] = {}
        self._mixed: set[Vertex] = set()
        self._beside: set[str] = set()
        self._failures: dict[Vertex, int] = {}
        self._nodes = [node.name for node in graph.nodes]
        self._bit = {name: 1 << index for index, name in enumerate(self._nodes)}
        self._steady = 0
        """Nodes that nothing skips: whatever is skipped, these may fail."""
        self._with: dict[int, int] = {}
        """For reasons, the nodes that are known to have them all."""
        if self._has_reasons():
            self._walk()

    def reasons(self, node: str) -> frozenset[Reason]:
        """What can skip a node; empty if nothing can."""
        return self._told(self._found.get(("node", node), 0))

    def can_skip(self, node: str) -> bool:
        """Whether anything can."""
        return bool(self._found.get(("node", node)))

    def is_mixed(self, node: str) -> bool:
        """Whether one upstream of the node can fail in a run in which another one, or an arm, is skipped."""
        return ("node", node) in self._mixed

    def mixes(self, thing: Thing) -> bool:
        """The same of a node, a decision or a loop of the graph."""
        return _vertex(thing) in self._mixed

    def blocks_inside(self, loop: str) -> bool:
        """Whether something in a loop can be blocked by itself in a run in which that loop is skipped."""
        return loop in self._beside

    def skipping(self, need: Need, reader: Thing) -> frozenset[Reason]:
        """What can skip the reader by this need alone; empty if nothing can."""
        if not self._found:
            return frozenset()
        return self._told(_merged(self._of_needs((need,), reader)).reasons)

    def _told(self, reasons: int) -> frozenset[Reason]:
        return frozenset(self._listed[index] for index in _indexes(reasons))

    def _number(self, reason: Reason) -> int:
        if reason not in self._numbers:
            self._numbers[reason] = 1 << len(self._listed)
            self._listed.append(reason)
        return self._numbers[reason]

    # -------------------------------------------------------------- one pass, upstreams first

    def _has_reasons(self) -> bool:
        """Whether anything is ever skipped: most large flows are plain."""
        return bool(self._graph.decisions) or any(self._own(node) for node in self._graph.nodes)

    def _walk(self) -> None:
        arrows = waits(self._graph)
        readers = Counter(up for ups in arrows.values() for up in ups)
        # What stands in a place asks those that the place waits for, beside the place itself.
        inside = {
            vertex: [up for place in ups if place[0] in _PLACES for up in arrows[place]]
            for vertex, ups in arrows.items()
        }
        readers.update(up for ups in inside.values() for up in ups)
        for vertex in order(arrows):
            found = self._visit(vertex)
            self._found[vertex], self._failures[vertex] = found.reasons, found.failures if readers[vertex] else 0
            for up in (*arrows[vertex], *inside[vertex]):
                readers[up] -= 1
                if not readers[up]:
                    self._failures[up] = 0
        self._failures.clear()
        self._with.clear()

    def _visit(self, vertex: Vertex) -> _Cause:
        kind, name = vertex
        match kind:
            case "group":
                return self._all_skipped([self._node(member) for member in self._graph.group(name).members])
            case "node":
                return self._visit_node(vertex, self._graph.node(name))
            case "decision":
                return self._visit_place(vertex, self._graph.decision(name))
            case "loop":
                return self._visit_place(vertex, self._graph.loop(name))

    def _visit_node(self, vertex: Vertex, node: Node) -> _Cause:
        causes, own = self._causes(node), self._own(node)
        # A check and a task that runs a flow skip themselves in their attempt, when all has ended.
        skips_before = own and any(isinstance(need, AnyFailed) for need in node.needs)
        self._note_mixture(vertex, [*causes, _Cause(own, 0)] if skips_before else causes)
        self._note_loops(node, causes)
        found = _merged(causes)
        if not found.reasons | own:
            self._steady |= self._bit[node.name]
        return _Cause(found.reasons | own, found.failures | self._bit[node.name])

    def _visit_place(self, vertex: Vertex, place: Decision | Loop) -> _Cause:
        causes = self._causes(place)
        self._note_mixture(vertex, causes)
        self._note_loops(place, causes)
        return _merged(causes)

    def _own(self, node: Node) -> int:
        """What makes a node skip itself when all of its upstreams are well."""
        match node.action:
            case Check(verdict="skip"):
                return self._number((node.name, -1))
            case RunFlow(flow=flow) if flow in self._drops:
                return self._number((node.name, -1))
            case OfPart(can_skip=True):
                return self._number((node.name, -1))
            case _ if any(isinstance(need, AnyFailed) for need in node.needs):
                return self._number((node.name, -1))
            case _:
                return 0

    # -------------------------------------------------------------- a failure beside a skip

    def _note_mixture(self, vertex: Vertex, causes: list[_Cause]) -> None:
        skipping = [cause for cause in causes if cause.reasons]
        if any(self._can_fail_beside(each, other) for each in skipping for other in causes if other is not each):
            self._mixed.add(vertex)

    def _note_loops(self, thing: Thing, causes: list[_Cause]) -> None:
        """Note the loops around that can be skipped in a run in which what is needed inside of them fails."""
        for depth, place in enumerate(thing.scope, 1):
            if isinstance(place, InLoop) and place.loop not in self._beside:
                around = len(self._causes_of(thing.scope[:depth], thing))
                skipping = [cause for cause in causes[:around] if cause.reasons]
                if any(self._can_fail_beside(each, other) for each in skipping for other in causes[around:]):
                    self._beside.add(place.loop)

    def _can_fail_beside(self, skipped: _Cause, other: _Cause) -> bool:
        """Whether something blocks `other` that neither blocks `skipped` too nor is skipped with it."""
        failing = other.failures & ~skipped.failures
        if failing & self._steady:
            return True
        together = self._with.get(skipped.reasons, 0)
        for index in _indexes(failing & ~together):
            if skipped.reasons & ~self._found["node", self._nodes[index]]:
                return True
            self._with[skipped.reasons] = together = together | 1 << index
        return False

    # -------------------------------------------------------------- what is waited for

    def _causes(self, thing: Thing) -> list[_Cause]:
        """What a thing waits for: what its places wait for, the arms that it stands in, its own needs."""
        return self._causes_of(thing.scope, thing) + list(self._of_needs(thing.needs, thing))

    def _causes_of(self, scope: Scope, thing: Thing) -> list[_Cause]:
        found: list[_Cause] = []
        for place in scope:
            match place:
                case InArm(decision=name, arm=arm):
                    found += self._of_needs(self._graph.decision(name).needs, thing)
                    found.append(_Cause(self._number((name, arm)), self._failures["decision", name]))
                case InLoop(loop=name):
                    found += self._of_needs(self._graph.loop(name).needs, thing)
        return found

    def _of_needs(self, needs: tuple[Need, ...], reader: Thing) -> Iterator[_Cause]:
        for need in needs:
            match need:
                case Requires(upstream=upstream):
                    yield from self._of(upstream, reader)
                case Accepts(upstream=upstream):
                    yield from (_Cause(0, cause.failures) for cause in self._of(upstream, reader))
                case AnyOf(upstreams=upstreams):
                    yield self._all_skipped([_merged(self._of(upstream, reader)) for upstream in upstreams])
                case Awaits() | AnyFailed():
                    pass

    def _of(self, upstream: Upstream, reader: Thing) -> Iterator[_Cause]:
        if upstream.is_group:
            vertex: Vertex = ("group", upstream.name)
            yield _Cause(self._found[vertex], self._failures.get(vertex, 0))
        else:
            yield _Cause(self._seen_from(reader, upstream.name), self._node(upstream.name).failures)
        yield from (self._node(check) for check in upstream.checks)

    def _seen_from(self, reader: Thing, name: str) -> int:
        """From outside of a loop a mapped task is only skipped if the loop was not entered."""
        shared = {place.loop for place in reader.scope if isinstance(place, InLoop)}
        if isinstance(reader, Loop):
            shared.add(reader.name)
        for loop in self._graph.node(name).loops:
            if loop not in shared:
                return self._found["loop", loop]
        return self._found["node", name]

    def _node(self, name: str) -> _Cause:
        return _Cause(self._found["node", name], self._failures.get(("node", name), 0))

    def _all_skipped(self, causes: list[_Cause]) -> _Cause:
        """A join, or a group: skipped where all are. Tasks in all the arms of one decision never are."""
        merged = _merged(causes)
        common = merged.reasons if causes else 0
        for cause in causes:
            common &= cause.reasons
        own = [cause.reasons & ~common for cause in causes]
        return _Cause(common, merged.failures) if not all(own) or self._are_all_arms(own) else merged

    def _are_all_arms(self, own: list[int]) -> bool:
        if any(reasons & (reasons - 1) for reasons in own):
            return False
        arms: dict[str, set[int]] = {}
        for name, arm in (self._listed[reasons.bit_length() - 1] for reasons in own):
            arms.setdefault(name, set()).add(arm)
        return any(
            found == set(range(len(self._graph.decision(name).arms) + 1))
            for name, found in arms.items()
            if min(found) >= 0
        )


def skips_of(graph: Graph, *, drops: frozenset[str] = frozenset()) -> Skips:
    """The skip analysis of a flow, made once."""
    return _skips(graph, drops)


@remembered
def _skips(graph: Graph, drops: frozenset[str]) -> Skips:
    return Skips(graph, drops=drops)


_PLACES = ("decision", "loop")


def _vertex(thing: Thing) -> Vertex:
    return ("node" if isinstance(thing, Node) else "decision" if isinstance(thing, Decision) else "loop"), thing.name


def _indexes(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _merged(causes: Iterable[_Cause]) -> _Cause:
    reasons = failures = 0
    for cause in causes:
        reasons |= cause.reasons
        failures |= cause.failures
    return _Cause(reasons, failures)
