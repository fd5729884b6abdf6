"""The outcomes of a run as the contract says, computed from the graph alone and told by dice what fails.

An oracle for passes: small, slow and without time. Rules 1, 2, 7, 8, 10 and 11; fallbacks, handlers and retries aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from math import floor
from random import Random

from flowc.ir.actions import Check
from flowc.ir.expr import List, Lit
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

Index = tuple[int, ...]
BAD = ("failed", "blocked")


class Run:
    """One run. `seed` decides what fails, which arm is chosen, how long a list is: the same for the same names."""

    def __init__(self, graph: Graph, seed: int) -> None:
        self.graph = graph
        self.seed = seed
        self.outcome = cache(self._outcome)
        self.size = cache(self._size)

    def outcomes(self) -> dict[str, str]:
        """Every instance with its outcome."""
        return {
            node.name + (str(list(index)) if index else ""): self.outcome(node.name, index)[0]
            for node in self.graph.nodes
            for index in self.instances(node, (), 0)
        }

    def dice(self, *key: object) -> float:
        return Random(f"{self.seed} {key}").random()

    # -------------------------------------------------------------- loops

    def instances(self, node: Node, index: Index, depth: int) -> Iterator[Index]:
        """The indexes below an index; an index that is too short stands for a loop that was not entered."""
        if depth == len(node.loops):
            yield index
            return
        size = self.size(node.loops[depth], index)
        if size is None:
            yield index
            return
        for number in range(size):
            yield from self.instances(node, (*index, number), depth + 1)

    def _size(self, name: str, index: Index) -> int | None:
        """How many elements a loop has, None if it was not entered."""
        loop = self.graph.loop(name)
        if self.before(loop, index) is not None:
            return None
        if isinstance(loop.items, List):
            return len(loop.items.items)
        return int(self.dice("size", name, index) * 4)

    # -------------------------------------------------------------- outcomes

    def _outcome(self, name: str, index: Index) -> tuple[str, int]:
        """The outcome of an instance, and its attempts."""
        node = self.graph.node(name)
        if (settled := self.before(node, index)) is not None:
            return settled, 0
        fails = self.dice("fails", name, index) < 0.3
        match node.action:
            case Check(verdict=verdict) if fails:
                return {"fail": "failed", "skip": "skipped", "warn": "succeeded"}[verdict], 1
            case _:
                return ("failed" if fails else "succeeded"), 1

    def before(self, thing: Node | Decision | Loop, index: Index) -> str | None:
        """What a thing comes to without starting: `blocked`, `skipped`, or None where it starts (rule 1)."""
        needs = [(need, thing.scope) for need in thing.needs]
        for depth, place in enumerate(thing.scope):
            inner = self.graph.decision(place.decision) if isinstance(place, InArm) else self.graph.loop(place.loop)
            needs += [(need, thing.scope[:depth]) for need in inner.needs]
        effects = [self.effect(need, scope, index) for need, scope in needs]
        if "blocked" in effects:
            return "blocked"
        if "skipped" in effects:
            return "skipped"
        if any(self.nothing_failed(need, scope, index) for need, scope in needs):
            return "skipped"
        return "skipped" if not all(self.holds(thing.scope[: d + 1], index) for d in range(len(thing.scope))) else None

    def holds(self, scope: Scope, index: Index) -> bool:
        """Whether the last place of a scope was entered: the arm chosen, the loop walked."""
        match scope[-1]:
            case InArm(decision=name, arm=arm):
                return self.chosen(self.graph.decision(name), index[: loops(scope)]) == arm
            case InLoop():
                return len(index) >= loops(scope)

    def chosen(self, decision: Decision, at: Index) -> int:
        """The arm that is chosen: constants say it themselves, and for others the dice do, whatever stands there."""
        for number, (condition, *_) in enumerate(decision.arms):
            if not isinstance(condition, Lit):
                return int(self.dice("arm", decision.name, at) * (len(decision.arms) + 1))
            if condition.value:
                return number
        return len(decision.arms)

    def effect(self, need: Need, scope: Scope, index: Index) -> str | None:
        match need:
            case Requires(upstream=upstream):
                return {"failed": "blocked", "skipped": "skipped"}.get(self.judged(upstream, scope, index))
            case Accepts(upstream=upstream):
                return {"failed": "blocked"}.get(self.judged(upstream, scope, index))
            case AnyOf(upstreams=upstreams):
                found = [self.judged(upstream, scope, index) for upstream in upstreams]
                return "blocked" if "failed" in found else "skipped" if set(found) == {"skipped"} else None
            case Awaits() | AnyFailed():
                return None

    def nothing_failed(self, need: Need, scope: Scope, index: Index) -> bool:
        if not isinstance(need, AnyFailed):
            return False
        return all(self.judged(upstream, scope, index) != "failed" for upstream in need.upstreams)

    # -------------------------------------------------------------- upstreams

    def judged(self, upstream: Upstream, scope: Scope, index: Index) -> str:
        """An upstream as its reader sees it: `failed`, `skipped` or `succeeded`, verdicts on it included."""
        found = self.group(upstream.name, scope, index) if upstream.is_group else self.seen(upstream.name, scope, index)
        verdicts = [found, *(self.seen(check, scope, index) for check in upstream.checks)]
        return worst(verdicts)

    def group(self, name: str, scope: Scope, index: Index) -> str:
        members = [self.seen(member, scope, index) for member in self.graph.group(name).members]
        if "failed" in members:
            return "failed"
        return "skipped" if members and set(members) == {"skipped"} else "succeeded"

    def seen(self, name: str, scope: Scope, index: Index) -> str:
        """An instance of a loop that the reader stands in too; else the mapped task as a whole."""
        node = self.graph.node(name)
        around = [place.loop for place in scope if isinstance(place, InLoop)]
        shared = 0
        while shared < min(len(around), len(node.loops)) and around[shared] == node.loops[shared]:
            shared += 1
        return self.whole(node, index[:shared], shared)

    def whole(self, node: Node, index: Index, depth: int) -> str:
        if depth == len(node.loops) or len(index) < depth:
            return self.plain(node, index)
        size = self.size(node.loops[depth], index)
        if size is None:
            return self.plain(node, index)
        elements = [self.whole(node, (*index, number), depth + 1) for number in range(size)]
        bad = elements.count("failed")
        tolerate = self.graph.loop(node.loops[depth]).tolerate
        allowed = tolerate if isinstance(tolerate, int) else floor(tolerate * size)
        return "failed" if bad > allowed else "succeeded"

    def plain(self, node: Node, index: Index) -> str:
        outcome, attempts = self.outcome(node.name, index)
        if outcome in BAD:
            return "failed"
        if isinstance(node.action, Check) and outcome == "skipped" and not attempts:
            return "succeeded"  # it says nothing
        return outcome


def loops(scope: Scope) -> int:
    return sum(isinstance(place, InLoop) for place in scope)


def worst(found: Iterable[str]) -> str:
    return min(found, key=("failed", "skipped", "succeeded").index)
