"""A flow made ready to run: for each thing that gets decided, where it stands and what it waits for.

Tasks, decisions, loops and groups are all subjects: each is decided once for every element of the loops around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from .actions import Check, Fail
from .model import Decision, Flow, Group, InArm, InLoop, Loop, Match, Need, Phase, Place, Task, Upstream, loops_of

PHASES: tuple[Phase, ...] = ("main", "failure", "success", "late", "finally")


@dataclass(eq=False)
class Subject:
    """Something that gets decided. `watched` are those it waits for, with the number of loops that both stand in."""

    kind: Literal["task", "decision", "loop", "group"]
    item: Task | Decision | Match | Loop | Group
    loops: tuple[str, ...]
    place: Place | None
    needs: Sequence[Need]
    phase: Phase = "main"
    limit: int | None = None
    watched: list[tuple[Subject, int]] = field(default_factory=list["tuple[Subject, int]"])
    inside: list[Subject] = field(default_factory=list["Subject"])
    checks: dict[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    @property
    def name(self) -> str:
        return self.item.name

    @property
    def task(self) -> Task:
        """The task that the subject is; only for those of that kind."""
        assert isinstance(self.item, Task)
        return self.item

    @property
    def loop(self) -> Loop:
        """The loop that the subject is; only for those of that kind."""
        assert isinstance(self.item, Loop)
        return self.item

    @property
    def is_static(self) -> bool:
        return isinstance(self.item, Loop) and self.item.is_static

    def __repr__(self) -> str:
        return f"{self.kind} {self.name}"


class Plan:
    """All subjects of a flow by name, and those of each phase in the flow's order."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.tasks = {task.name: _subject("task", task, task.phase) for task in flow.tasks}
        phases = _phases(flow)
        self.decisions = {item.name: _subject("decision", item, phases.get(item.name)) for item in flow.decisions}
        self.loops = {item.name: _subject("loop", item, phases.get(item.name)) for item in flow.loops}
        self.groups = {item.name: _subject("group", item, self._phase_of_group(item)) for item in flow.groups}
        self.fallbacks = {task.fallback for task in flow.tasks if task.fallback}
        self.phases: dict[Phase, list[Subject]] = {phase: [] for phase in PHASES}
        for subject in self._all():
            self._connect(subject)
        for subject in self._all():
            if subject.kind != "task" or subject.name not in self.fallbacks:
                self.phases[subject.phase].append(subject)
                for loop in subject.loops:
                    self.loops[loop].inside.append(subject)

    @property
    def has_handlers(self) -> bool:
        return any(self.phases[phase] for phase in PHASES if phase != "main")

    def of(self, upstream: Upstream) -> Subject:
        """The task or group that is waited for."""
        return self.groups[upstream.name] if upstream.is_group else self.tasks[upstream.name]

    def at(self, place: Place) -> Subject:
        """The decision or loop of a place."""
        return self.decisions[place.decision] if isinstance(place, InArm) else self.loops[place.loop]

    def members(self, group: Subject) -> list[Subject]:
        """The tasks of a group, fallbacks left out: they end with their tasks."""
        assert isinstance(group.item, Group)
        return [self.tasks[name] for name in group.item.members if name not in self.fallbacks]

    def _all(self) -> list[Subject]:
        return [*self.loops.values(), *self.decisions.values(), *self.tasks.values(), *self.groups.values()]

    def _connect(self, subject: Subject) -> None:
        seen: dict[Subject, None] = {}
        if subject.kind == "group":
            seen.update(dict.fromkeys(self.members(subject)))
        elif subject.place is not None:
            seen[self.at(subject.place)] = None
        for upstream in (upstream for need in subject.needs for upstream in need.upstreams):
            seen[self.of(upstream)] = None
            seen.update((self.tasks[check], None) for check in upstream.checks)
            if upstream.checks:
                subject.checks[upstream.name] = upstream.checks
        subject.watched = [(found, shared(subject.loops, found.loops)) for found in seen if found is not subject]
        if not (isinstance(subject.item, Task) and isinstance(subject.item.action, (Check, Fail))):  # they do no work
            limits = [limit for name in subject.loops if (limit := self.loops[name].loop.limit)]
            subject.limit = min(limits, default=None)

    def _phase_of_group(self, item: Group) -> Phase | None:
        return next((self.tasks[name].phase for name in item.members), None)


def shared(loops: tuple[str, ...], others: tuple[str, ...]) -> int:
    """How many loops, from the outermost in, both stand in."""
    count = 0
    for loop, other in zip(loops, others):  # noqa: B905 - as far as both go
        if loop != other:
            break
        count += 1
    return count


def _subject(
    kind: Literal["task", "decision", "loop", "group"],
    item: Task | Decision | Match | Loop | Group,
    phase: Phase | None,
) -> Subject:
    place = item.scope[-1] if item.scope else None
    needs: Sequence[Need] = () if isinstance(item, Group) else item.needs
    return Subject(kind, item, loops_of(item.scope), place, needs, phase or "main")


def _phases(flow: Flow) -> dict[str, Phase]:
    """The phase of each decision and loop: that of the tasks inside."""
    found: dict[str, Phase] = {}
    for task in flow.tasks:
        for place in task.scope:
            found[place.loop if isinstance(place, InLoop) else place.decision] = task.phase
    return found
