"""Which mapped ops stand in one function that Dagster maps over the elements of a loop.

Where an op of a loop waits for something that waits for another op of the loop, the loop is cut in two: what the first
piece gave comes to the second as a table.
"""

from __future__ import annotations

from typing import TypeVar

from flowc_targets.dagster.plan import Plan, sources
from flowc_targets.dagster.steps import Step
from flowc_targets.project.ordering import in_order
from flowc_targets.project.steps import Path

Unit = TypeVar("Unit")
Frame = tuple[Path, int]
"""The loops, and the number of the piece."""


def cut(plan: Plan) -> None:
    """Number the pieces of each loop."""
    ups = {step: upstreams(step, plan) for step in plan.steps}
    latest: dict[Step, dict[Path, int]] = {}
    for step in in_order(plan.steps, lambda each: ups[each], lambda each: each.order) or ():
        below: dict[Path, int] = {}
        for up in ups[step]:
            for path, number in latest[up].items():
                is_outside = up.path != step.path and path == step.path
                below[path] = max(below.get(path, 0), number + is_outside)
        if step.path:
            step.frame = below[step.path] = below.get(step.path, 0)
        latest[step] = below
    if _is_knotted(plan, ups):
        for number, step in enumerate(plan.steps):
            step.frame = number


def upstreams(step: Step, plan: Plan) -> set[Step]:
    """All that a step waits for, what it is mapped over included."""
    return {*step.steps(), *sources(step, plan)} - {step}


def _is_knotted(plan: Plan, ups: dict[Step, set[Step]]) -> bool:
    arrows: dict[Step | Frame, set[Step | Frame]] = {}
    for step in plan.steps:
        own = unit(step)
        arrows.setdefault(own, set()).update({unit(up) for up in ups[step]} - {own})
    return in_order(arrows, arrows.__getitem__, lambda each: 0.0) is None


def unit(step: Step) -> Step | Frame:
    """What a step is written down with."""
    return (step.path, step.frame) if step.path else step
