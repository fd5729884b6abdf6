"""From a flow to steps: what each waits for, and how those in loops are seen from elsewhere.

A target says what bookkeeping its engine needs between, and what puts the elements of a loop together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic

from flowc.ir.graph import AnyFailed, AnyOf, Decision, Graph, InArm, Loop, Need, Node, Phase, Requires, Upstream
from flowc.ir.skips import skips_of
from flowc_targets.project.steps import ROLES, Path, Role, Seen, StepT, Wait, places_of, shared

PHASES: tuple[Phase, ...] = ("failure", "success", "late", "finally")
"""The parts of a run after the main one, in their order."""


class Plan(ABC, Generic[StepT]):
    """All steps of one flow. `drops` are the flows that may drop a run."""

    def __init__(self, graph: Graph, *, drops: Iterable[str] = ()) -> None:
        self.graph = graph
        self.skips = skips_of(graph, drops=frozenset(drops))
        self.steps: list[StepT] = []
        self.nodes: dict[str, StepT] = {}
        self.decisions: dict[str, StepT] = {}
        self.each: dict[str, StepT] = {}
        self.all: dict[str, StepT] = {}
        self.results: dict[str, StepT] = {}
        self.ends: dict[Phase, StepT] = {}
        self._inside: dict[str, list[StepT]] = {}
        self._phases: dict[str, Phase] = {place: node.phase for node in graph.nodes for place in places_of(node.scope)}

    @abstractmethod
    def gathered(self, step: StepT, depth: int, checks: tuple[StepT, ...] = ()) -> StepT:
        """A mapped step seen from outside of its loops, below the `depth` outermost of them."""

    def is_needless(self, need: Need, thing: Node | Decision | Loop) -> bool:
        """Whether it holds in any case, and needs no wait."""
        return False

    # -------------------------------------------------------------- what there is

    def add(self, step: StepT) -> StepT:
        """One more step."""
        self.steps.append(step)
        return step

    def inside(self, place: str) -> list[StepT]:
        """The tasks inside a decision or a loop, once all tasks are there."""
        if not self._inside:
            for step in self.nodes.values():
                for each in places_of(step.node.scope):
                    self._inside.setdefault(each, []).append(step)
        return self._inside.get(place, [])

    def before(self, thing: Decision | Loop, inside: Iterable[StepT]) -> float:
        """The place of what opens a decision or a loop: before all that is inside."""
        return min((step.order for step in inside), default=1e6) - 5 + len(thing.scope) / 10

    def phase(self, thing: Node | Decision | Loop | None) -> Phase:
        """The part of the run that a thing belongs to."""
        if thing is None:
            return "main"
        return thing.phase if isinstance(thing, Node) else self._phases.get(thing.name, "main")

    # -------------------------------------------------------------- how others are seen

    def stands_for(self, node: str) -> StepT:
        """The step whose outcome and value are the task's to others: its own, or that of its fallback's result."""
        return self.results.get(node) or self.nodes[node]

    def see(self, node: str, path: Path, checks: Iterable[str] = ()) -> Seen[StepT]:
        """A task as a reader on a path sees it."""
        step = self.stands_for(node)
        depth = shared(step.path, path)
        judges = [self.nodes[check] for check in checks]
        if depth == len(step.path):
            return Seen(step, tuple(self._see_check(check, path) for check in judges))
        below = tuple(check for check in judges if shared(check.path, step.path) > depth)
        here = tuple(self._see_check(check, path) for check in judges if check not in below)
        return Seen(self.gathered(step, depth, below), here)

    def _see_check(self, check: StepT, path: Path) -> StepT:
        depth = shared(check.path, path)
        return check if depth == len(check.path) else self.gathered(check, depth)

    def see_upstream(self, upstream: Upstream, path: Path) -> Seen[StepT]:
        """An upstream as a reader on a path sees it."""
        if not upstream.is_group:
            return self.see(upstream.name, path, upstream.checks)
        members = self.graph.group(upstream.name).members
        nodes = [self.graph.node(name) for name in members]
        seen = tuple(self.see(node.name, path) for node in nodes if not node.fallback_of)
        checks = tuple(self._see_check(self.nodes[name], path) for name in upstream.checks if name not in members)
        return Seen(None, checks, seen)

    # -------------------------------------------------------------- what each waits for

    def waits_of(self, thing: Node | Decision | Loop, path: Path) -> list[Wait[StepT]]:
        """What a thing of the source waits for."""
        found: list[Wait[StepT]] = []
        if thing.scope and isinstance(place := thing.scope[-1], InArm) and not self._is_implied(thing):
            found.append(Wait("arm", (Seen(self.decisions[place.decision]),), place.arm))
        for need in thing.needs:
            match need:
                case AnyOf(upstreams=several) | AnyFailed(upstreams=several):
                    role: Role = "any_of" if isinstance(need, AnyOf) else "any_failed"
                    found.append(Wait(role, tuple(self.see_upstream(each, path) for each in several), need=need))
                case _:
                    seen = self.see_upstream(need.upstream, path)
                    if not self.is_needless(need, thing):
                        found.append(Wait(ROLES[type(need)], (seen,), need=need))
        return found

    def _is_implied(self, thing: Node | Decision | Loop) -> bool:
        """Whether a task of the same arm is required, which is skipped and blocked with it."""
        required = [need.upstream for need in thing.needs if isinstance(need, Requires) and not need.upstream.is_group]
        scopes = [self.graph.node(upstream.name).scope for upstream in required]
        return any(scope[: len(thing.scope)] == thing.scope for scope in scopes)
