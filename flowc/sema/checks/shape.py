"""The shape of a flow: joins that cannot be, loops in loops without a limit, arrows said twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowc.diagnostics import Label, Problems
from flowc.ir.actions import RunFlow
from flowc.sema import hir
from flowc.sema.tree import outputs_of, tasks_of
from flowc.source import Span


def check_shape(flow: hir.Flow, problems: Problems) -> None:
    """FLOW407, FLOW412 and FLOW413."""
    _loops(flow.body, None, problems)
    for task in tasks_of(flow):
        _redundant(task, problems)
    _joins(flow, problems)


def _loops(body: Iterable[hir.Stmt], outer: hir.For | None, problems: Problems) -> None:
    for stmt in body:
        match stmt:
            case hir.For():
                if outer is not None and not (stmt.is_static or stmt.limit or outer.limit or outer.is_static):
                    problems.add(
                        "FLOW412",
                        "a loop in a loop, and neither has a `limit`",
                        stmt.at,
                        related=[Label(outer.at, "the outer loop")],
                        helps=("add `limit 8` to one of them",),
                    )
                _loops(stmt.body, stmt, problems)
            case hir.Group():
                _loops(stmt.body, outer, problems)
            case hir.If():
                _loops((*stmt.then, *(stmt.otherwise or ())), outer, problems)
            case hir.Match():
                for arm in stmt.arms:
                    _loops(arm.body, outer, problems)
            case hir.Task():
                pass


def _redundant(task: hir.Task, problems: Problems) -> None:
    reads = outputs_of(task) if task.after else frozenset[str]()
    for after in task.after:
        double = [name for name in after.tasks if name in reads]
        if after.when == "succeeded" and double and after.at is not None:
            problems.add(
                "FLOW407",
                f"`{task.id}` reads `{double[0]}`, so it waits for it anyway",
                after.at,
                helps=(f"leave out `after {double[0]}`",),
            )


def _joins(flow: hir.Flow, problems: Problems) -> None:
    """Two tasks of arms of one decision, both required: the reader can never run."""
    arms = arms_of(flow)
    for task in tasks_of(flow):
        for after in task.after:
            if after.when != "succeeded":
                continue
            for first in after.tasks:
                for second in after.tasks:
                    if first < second and are_exclusive(arms.get(first, {}), arms.get(second, {})):
                        problems.add(
                            "FLOW413",
                            f"`{first}` and `{second}` never both run, and `{task.id}` requires both",
                            after.at,
                            helps=(f"after {first}, {second}, when: done",),
                        )


def arms_of(flow: hir.Flow) -> dict[str, dict[str, int]]:
    """For each task, the decisions that it stands in, and the arm of each."""
    arms: dict[str, dict[str, int]] = {}
    for body in (flow.body, *(body for _, body in flow.handlers)):
        _arms(body, {}, arms)
    return arms


def _arms(body: Iterable[hir.Stmt], inside: Mapping[str, int], found: dict[str, dict[str, int]]) -> None:
    for stmt in body:
        match stmt:
            case hir.Task():
                found[stmt.id] = dict(inside)
            case hir.Group() | hir.For():
                _arms(stmt.body, inside, found)
            case hir.If():
                _arms(stmt.then, {**inside, stmt.id: 0}, found)
                _arms(stmt.otherwise or (), {**inside, stmt.id: 1}, found)
            case hir.Match():
                for number, arm in enumerate(stmt.arms):
                    _arms(arm.body, {**inside, stmt.id: number}, found)


def are_exclusive(first: Mapping[str, int], second: Mapping[str, int]) -> bool:
    """Whether never both run: they stand in different arms of one decision."""
    return any(second[decision] != arm for decision, arm in first.items() if decision in second)


def check_recursion(flows: Iterable[hir.Flow], problems: Problems) -> None:
    """FLOW410: a flow that starts itself, through others or at once."""
    runs: dict[str, list[tuple[str, Span]]] = {
        flow.name: [(task.action.flow, task.at) for task in tasks_of(flow) if isinstance(task.action, RunFlow)]
        for flow in flows
    }
    told: set[frozenset[str]] = set()
    for start in runs:
        _follow(start, [start], runs, told, problems)


def _follow(
    current: str,
    path: list[str],
    runs: Mapping[str, list[tuple[str, Span]]],
    told: set[frozenset[str]],
    problems: Problems,
) -> None:
    for callee, at in runs.get(current, ()):
        if callee == path[0]:
            ring = frozenset(path)
            if ring not in told:
                told.add(ring)
                drawn = " -> ".join([*path, callee])
                problems.add("FLOW410", f"flows run each other in a circle: {drawn}", at)
        elif callee not in path:
            _follow(callee, [*path, callee], runs, told, problems)
