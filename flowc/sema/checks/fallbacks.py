"""Fallbacks: each beside its task, free of conditions, of one task alone, with a value of the same type (rule 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowc.diagnostics import Label, Problems
from flowc.ir.expr import Output, walk
from flowc.sema import hir
from flowc.sema.tree import tasks_of, waits_of
from flowc.sema.types import fits
from flowc.source import Span


def check_fallbacks(flow: hir.Flow, problems: Problems) -> None:
    """FLOW321, FLOW414 and FLOW416."""
    tasks = {task.id: task for task in tasks_of(flow)}
    holders: dict[str, hir.Task] = {}
    for task in tasks.values():
        if task.fallback is None or task.fallback not in tasks:
            continue
        spare = tasks[task.fallback]
        held = holders.setdefault(spare.id, task)
        if held is not task:
            problems.add(
                "FLOW416",
                f"`{spare.id}` is the fallback of two tasks",
                task.fallback_at,
                related=[Label(held.at, "and of this one")],
                helps=("give each task a fallback of its own",),
            )
        _types(task, spare, problems)
    _cycles(tasks, problems)
    _readers(tasks, holders, flow, problems)


def _types(task: hir.Task, spare: hir.Task, problems: Problems) -> None:
    if task.output is None:
        return
    if spare.output is not None and fits(spare.output, task.output) and spare.several == task.several:
        return
    found = str(spare.output) if spare.output is not None else "no value"
    problems.add(
        "FLOW321",
        f"`{spare.id}` gives {found}, and `{task.id}` gives {task.output}",
        task.fallback_at,
        related=[Label(spare.at, "the fallback")],
        helps=(f"declare it: `-> {task.output}`",),
    )


def _cycles(tasks: Mapping[str, hir.Task], problems: Problems) -> None:
    told: set[str] = set()
    for start in tasks.values():
        path = [start.id]
        current = start
        while current.fallback is not None and current.fallback in tasks:
            current = tasks[current.fallback]
            if current.id in path:
                ring = path[path.index(current.id) :]
                if not told & set(ring):
                    told |= set(ring)
                    drawn = " -> ".join([*ring, current.id])
                    problems.add("FLOW414", f"fallbacks go in a circle: {drawn}", start.fallback_at)
                break
            path.append(current.id)


def _readers(
    tasks: Mapping[str, hir.Task], holders: Mapping[str, hir.Task], flow: hir.Flow, problems: Problems
) -> None:
    for reader, name, place in _uses(tasks.values(), flow):
        if name in holders and reader != holders[name].id:
            problems.add(
                "FLOW416",
                f"`{name}` is a fallback, so nothing else can read or name it",
                place,
                related=[Label(holders[name].at, "the task that it stands in for")],
                helps=(f"read `{holders[name].id}`: it has the fallback's value when it failed",),
            )


def _uses(tasks: Iterable[hir.Task], flow: hir.Flow) -> Iterable[tuple[str, str, Span | None]]:
    for task in tasks:
        for name, place in waits_of(task):
            yield task.id, name, place
    if flow.returns is not None:
        for part in walk(flow.returns):
            if isinstance(part, Output):
                yield "", part.node, part.at
