"""Why a node can be skipped, and where a failure meets a skip: the oracle of `flowc.ir.skips`.

The same questions answered without bits, without forgetting and without an eye on the cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from flowc.ir.actions import Check, RunFlow
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
from flowc.ir.view import Vertex, order, waits

Reason = tuple[str, int]
"""A decision and one of its arms, or the name of a node that skips by itself and -1."""


@frozen
class _Cause:
    """Something that is waited for: what can skip it, and the nodes whose failure would block it, as bits."""

    reasons: frozenset[Reason]
    failures: int


class Skips:
    """The skip analysis of one flow without cycles. `drops` are flows that may drop a run (`overlap: skip`)."""

    def __init__(self, graph: Graph, *, drops: Iterable[str] = ()) -> None:
        self._graph = graph
        self._drops = frozenset(drops)
        self._bit = {node.name: 1 << index for index, node in enumerate(graph.nodes)}
        self._found: dict[Vertex, _Cause] = {}
        for vertex in order(waits(graph)):
            self._found[vertex] = self._visit(vertex)
        # Whatever is skipped, these may fail: a node that nothing skips.
        self._steady = _union(self._bit[n.name] for n in graph.nodes if not self._node(n.name).reasons)

    def reasons(self, node: str) -> frozenset[Reason]:
        """What can skip a node; empty if nothing can."""
        return self._node(node).reasons

    def is_mixed(self, node: str) -> bool:
        """Whether one upstream of the node can fail in a run in which another one, or an arm, is skipped."""
        return self.mixes(self._graph.node(node))

    def mixes(self, thing: Node | Decision | Loop) -> bool:
        """The same of a node, a decision or a loop."""
        # A check and a task that runs a flow skip themselves in their attempt, when all has ended.
        skips_before = any(isinstance(need, AnyFailed) for need in thing.needs)
        own = self._own(thing) if isinstance(thing, Node) and skips_before else frozenset[Reason]()
        causes = [*self._causes(thing), *([_Cause(own, 0)] if own else [])]
        return any(
            self._can_fail_beside(skipped, other)
            for skipped in causes
            if skipped.reasons
            for other in causes
            if other is not skipped
        )

    def blocks_inside(self, loop: str) -> bool:
        """Whether something in a loop can be blocked by itself in a run in which that loop is skipped."""
        things = [*self._graph.nodes, *self._graph.decisions, *self._graph.loops]
        return any(
            self._can_fail_beside(skipped, other)
            for thing in things
            for depth, place in enumerate(thing.scope, 1)
            if place == InLoop(loop)
            for skipped in self._causes_of(thing.scope[:depth], thing)
            if skipped.reasons
            for other in [*self._causes_of(thing.scope[depth:], thing), *self._of_needs(thing.needs, thing)]
        )

    def skipping(self, need: Need, reader: Node | Decision | Loop) -> frozenset[Reason]:
        """What can skip the reader by this need alone; empty if nothing can."""
        return _merged(self._of_needs((need,), reader)).reasons

    def _can_fail_beside(self, skipped: _Cause, other: _Cause) -> bool:
        """Whether something blocks `other` that neither blocks `skipped` too nor is skipped with it."""
        failing = other.failures & ~skipped.failures
        if failing & self._steady:
            return True
        return any(not skipped.reasons <= self._node(name).reasons for name in self._names(failing))

    # -------------------------------------------------------------- one pass, upstreams first

    def _visit(self, vertex: Vertex) -> _Cause:
        kind, name = vertex
        match kind:
            case "group":
                return _all_skipped([self._node(member) for member in self._graph.group(name).members], self._graph)
            case "node":
                node = self._graph.node(name)
                found = _merged(self._causes(node))
                return _Cause(found.reasons | self._own(node), found.failures | self._bit[name])
            case "decision":
                return _merged(self._causes(self._graph.decision(name)))
            case "loop":
                return _merged(self._causes(self._graph.loop(name)))

    def _own(self, node: Node) -> frozenset[Reason]:
        """What makes a node skip itself when all of its upstreams are well."""
        match node.action:
            case Check(verdict="skip"):
                return frozenset({(node.name, -1)})
            case RunFlow(flow=flow) if flow in self._drops:
                return frozenset({(node.name, -1)})
            case _ if any(isinstance(need, AnyFailed) for need in node.needs):
                return frozenset({(node.name, -1)})
            case _:
                return frozenset()

    def _causes(self, thing: Node | Decision | Loop) -> list[_Cause]:
        """What a thing waits for: what its places wait for, the arms that it stands in, its own needs."""
        return self._causes_of(thing.scope, thing) + list(self._of_needs(thing.needs, thing))

    def _causes_of(self, scope: Scope, thing: Node | Decision | Loop) -> list[_Cause]:
        found: list[_Cause] = []
        for place in scope:
            match place:
                case InArm(decision=name, arm=arm):
                    decision = self._graph.decision(name)
                    found += self._of_needs(decision.needs, thing)
                    found.append(_Cause(frozenset({(name, arm)}), self._found["decision", name].failures))
                case InLoop(loop=name):
                    found += self._of_needs(self._graph.loop(name).needs, thing)
        return found

    def _of_needs(self, needs: tuple[Need, ...], reader: Node | Decision | Loop) -> Iterator[_Cause]:
        for need in needs:
            match need:
                case Requires(upstream=upstream):
                    yield from self._of(upstream, reader)
                case Accepts(upstream=upstream):
                    yield from (_Cause(frozenset(), cause.failures) for cause in self._of(upstream, reader))
                case AnyOf(upstreams=upstreams):
                    yield _all_skipped([_merged(self._of(upstream, reader)) for upstream in upstreams], self._graph)
                case Awaits() | AnyFailed():
                    pass

    def _of(self, upstream: Upstream, reader: Node | Decision | Loop) -> Iterator[_Cause]:
        if upstream.is_group:
            yield self._found["group", upstream.name]
        else:
            yield _Cause(self._seen_from(reader, upstream.name), self._node(upstream.name).failures)
        yield from (self._node(check) for check in upstream.checks)

    def _seen_from(self, reader: Node | Decision | Loop, name: str) -> frozenset[Reason]:
        """From outside of a loop a mapped task is only skipped if the loop was not entered."""
        shared = {place.loop for place in reader.scope if isinstance(place, InLoop)}
        if isinstance(reader, Loop):
            shared.add(reader.name)
        for loop in self._graph.node(name).loops:
            if loop not in shared:
                return self._found["loop", loop].reasons
        return self._node(name).reasons

    def _node(self, name: str) -> _Cause:
        return self._found["node", name]

    def _names(self, bits: int) -> Iterator[str]:
        return (name for name, bit in self._bit.items() if bits & bit)


def _union(bits: Iterable[int]) -> int:
    found = 0
    for each in bits:
        found |= each
    return found


def _merged(causes: Iterable[_Cause]) -> _Cause:
    causes = list(causes)
    return _Cause(
        frozenset[Reason]().union(*(cause.reasons for cause in causes)), _union(cause.failures for cause in causes)
    )


def _all_skipped(causes: list[_Cause], graph: Graph) -> _Cause:
    """A join, or a group: skipped where all are. Tasks in all the arms of one decision never are."""
    merged = _merged(causes)
    common = frozenset[Reason].intersection(*(cause.reasons for cause in causes)) if causes else frozenset[Reason]()
    own = [cause.reasons - common for cause in causes]
    if not all(own):
        return _Cause(common, merged.failures)
    for decision in {name for name, arm in own[0] if arm >= 0} if own else ():
        arms = {arm for reasons in own for name, arm in reasons if name == decision}
        alone = all(len(reasons) == 1 for reasons in own)
        if alone and arms == set(range(len(graph.decision(decision).arms) + 1)):
            return _Cause(common, merged.failures)
    return merged
