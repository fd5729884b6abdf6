"""Which steps stand together: mapped task groups, task groups, and the order in which all of it is written down.

Airflow cannot map inside of what is mapped, so nested loops stand side by side, flattened. Where a loop's task waits
for something that waits for another task of the loop, the loop is cut in two: a group never waits for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from attrs import define, field, frozen

from flowc.ir.graph import Graph, Group
from flowc_targets.airflow.plan import Plan
from flowc_targets.airflow.steps import Step
from flowc_targets.project.ordering import in_order
from flowc_targets.project.steps import Path, loops_of

Unit = TypeVar("Unit")


@frozen
class GroupPart:
    """Inside of a task group."""

    name: str


@frozen
class FramePart:
    """Inside of a mapped task group: the loops, and which of the pieces that their tasks were cut into."""

    path: Path
    number: int


Part = GroupPart | FramePart


@define(eq=False)
class Block:
    """Steps and inner blocks in the order in which they are written; `part` is None for the DAG itself."""

    part: Part | None
    items: list[Step | Block] = field(factory=list["Step | Block"])


def cut(plan: Plan) -> None:
    """Number the pieces of loops, and give up task groups that would wait for each other in a circle."""
    ups = _ups(plan)
    _number(plan.steps, ups)
    groups = {
        group.name for group in plan.graph.groups if _is_task_group(group.renamed_from or group.name, group, plan)
    }
    while True:
        parts = {step: _parts(step, plan.graph, groups) for step in plan.steps}
        knot = _knot(plan.steps, ups, parts)
        if knot is None:
            break
        _untie(knot, groups, parts)
    for step in plan.steps:
        step.groups = tuple(name for name in step.groups if GroupPart(name) in parts[step])


def _is_task_group(id_: str, group: Group, plan: Plan) -> bool:
    """Whether the ids of its tasks begin as a task group would make them."""
    return all(plan.nodes[name].id.startswith(f"{id_}.") for name in group.members if name in plan.nodes)


def arrange(plan: Plan) -> Block:
    """Everything in an order in which it can be written."""
    parts = {step: _parts(step, plan.graph, step.groups) for step in plan.steps}
    return _block(None, plan.steps, _ups(plan), parts, 0)


def _ups(plan: Plan) -> dict[Step, set[Step]]:
    return {step: {*step.steps(), *plan.sources(step.path)} for step in plan.steps}


def _number(steps: Sequence[Step], ups: dict[Step, set[Step]]) -> None:
    """Number the pieces of each loop: what comes after something outside that comes after a piece is in the next."""
    latest: dict[Step, dict[Path, int]] = {}
    for step in in_order(steps, lambda each: ups[each], lambda each: each.order) or ():
        below: dict[Path, int] = {}
        for up in ups[step]:
            for path, number in latest[up].items():
                is_outside = up.path != step.path and path == step.path
                below[path] = max(below.get(path, 0), number + is_outside)
        if step.path:
            step.frame = below[step.path] = below.get(step.path, 0)
        latest[step] = below


def _parts(step: Step, graph: Graph, groups: Iterable[str]) -> tuple[Part, ...]:
    """The groups around the step's loops, and its mapped group. A group inside of a loop is only a part of the ids."""
    outside = [name for name in step.groups if name in groups and not loops_of(graph.group(name).scope)]
    return (*map(GroupPart, outside), *([FramePart(step.path, step.frame)] if step.path else []))


def _units(
    steps: Iterable[Step], ups: dict[Step, set[Step]], parts: dict[Step, tuple[Part, ...]], depth: int
) -> tuple[dict[Step, Step | Part], dict[Step | Part, set[Step | Part]], dict[Step | Part, float]]:
    """The steps and blocks at a level, what each waits for, and where each stands in the source."""
    units = {step: parts[step][depth] if len(parts[step]) > depth else step for step in steps}
    arrows: dict[Step | Part, set[Step | Part]] = {unit: set() for unit in units.values()}
    places: dict[Step | Part, float] = {}
    for step, unit in units.items():
        places[unit] = min(places.get(unit, step.order), step.order)
        arrows[unit] |= {units[up] for up in ups[step] if up in units and units[up] != unit}
    return units, arrows, places


def _knot(
    steps: Sequence[Step], ups: dict[Step, set[Step]], parts: dict[Step, tuple[Part, ...]], depth: int = 0
) -> list[Step] | None:
    """Steps in blocks that wait for each other in a circle; None where none do."""
    units, arrows, places = _units(steps, ups, parts, depth)
    if in_order(arrows, arrows.__getitem__, places.__getitem__) is None:
        tied = _tied(arrows)
        return [step for step, unit in units.items() if unit in tied and not isinstance(unit, Step)]
    for part, inner in _members(units).items():
        if not isinstance(part, Step) and (found := _knot(inner, ups, parts, depth + 1)):
            return found
    return None


def _members(units: dict[Step, Step | Part]) -> dict[Step | Part, list[Step]]:
    """The steps of each unit, in order."""
    found: dict[Step | Part, list[Step]] = {}
    for step, unit in units.items():
        found.setdefault(unit, []).append(step)
    return found


def _tied(arrows: dict[Step | Part, set[Step | Part]]) -> set[Step | Part]:
    """What is left once everything that waits for nothing left, or that nothing left waits for, is taken away."""
    left = set(arrows)
    while True:
        waited = {up for unit in left for up in arrows[unit]}
        fewer = {unit for unit in left if arrows[unit] & left and unit in waited}
        if fewer == left:
            return left
        left = fewer


def _untie(knot: list[Step], groups: set[str], parts: dict[Step, tuple[Part, ...]]) -> None:
    """Task groups in a circle are given up, their tasks keep their ids; else every task of the loops stands alone."""
    tied = {part.name for step in knot for part in parts[step] if isinstance(part, GroupPart)}
    if tied:
        groups -= tied
        return
    for number, step in enumerate(knot):
        step.frame = 1000 + number


def _block(
    part: Part | None,
    steps: Sequence[Step],
    ups: dict[Step, set[Step]],
    parts: dict[Step, tuple[Part, ...]],
    depth: int,
) -> Block:
    units, arrows, places = _units(steps, ups, parts, depth)
    found, members = Block(part), _members(units)
    for unit in in_order(arrows, arrows.__getitem__, places.__getitem__) or ():
        if isinstance(unit, Step):
            found.items.append(unit)
        else:
            found.items.append(_block(unit, members[unit], ups, parts, depth + 1))
    return found
