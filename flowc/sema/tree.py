"""Walking an analysed flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from flowc.ir.actions import Action
from flowc.ir.expr import Expr, Output, walk
from flowc.ir.reads import expressions as expressions_in
from flowc.sema import hir
from flowc.source import Span


def tasks_of(flow: hir.Flow) -> tuple[hir.Task, ...]:
    """All tasks, checks and `fail` arms, those of handlers last."""
    if "tasks" not in flow.memory:
        bodies = [flow.body, *(body for _, body in flow.handlers)]
        flow.memory["tasks"] = tuple(task for body in bodies for task in tasks_in(body))
    return cast("tuple[hir.Task, ...]", flow.memory["tasks"])


def tasks_in(body: Iterable[hir.Stmt]) -> Iterator[hir.Task]:
    """The tasks of a block, at any depth, in order."""
    for stmt in body:
        if isinstance(stmt, hir.Task):
            yield stmt
        else:
            yield from tasks_in(stmt_bodies(stmt))


def statements_in(body: Iterable[hir.Stmt]) -> Iterator[hir.Stmt]:
    """All statements of a block, at any depth, outer ones first."""
    for stmt in body:
        yield stmt
        if not isinstance(stmt, hir.Task):
            yield from statements_in(stmt_bodies(stmt))


def stmt_bodies(stmt: hir.Group | hir.For | hir.If | hir.Match) -> tuple[hir.Stmt, ...]:
    """What stands in a statement, in all of its branches."""
    match stmt:
        case hir.Group() | hir.For():
            return stmt.body
        case hir.If():
            return (*stmt.then, *(stmt.otherwise or ()))
        case hir.Match():
            return tuple(inner for arm in stmt.arms for inner in arm.body)


def expressions(action: Action) -> Iterator[Expr]:
    """The expressions of an action, in order."""
    return expressions_in(action)


def expressions_of(task: hir.Task) -> Iterator[Expr]:
    """All expressions of a task: its action's, its environment's, its lock, cache key and `when`."""
    yield from expressions(task.action)
    yield from (value for _, value in task.policy.env)
    if task.policy.lock is not None:
        yield task.policy.lock
    if task.policy.cache and task.policy.cache.key:
        yield from task.policy.cache.key
    if task.when is not None:
        yield task.when


def leaves_of(task: hir.Task) -> tuple[Expr, ...]:
    """All expressions of a task, at any depth."""
    if "leaves" not in task.memory:
        task.memory["leaves"] = tuple(part for expr in expressions_of(task) for part in walk(expr))
    return cast("tuple[Expr, ...]", task.memory["leaves"])


def outputs_of(task: hir.Task) -> frozenset[str]:
    """The tasks whose values a task reads."""
    if "outputs" not in task.memory:
        task.memory["outputs"] = frozenset(part.node for part in leaves_of(task) if isinstance(part, Output))
    return cast("frozenset[str]", task.memory["outputs"])


def waits_of(task: hir.Task) -> Iterator[tuple[str, Span | None]]:
    """The tasks and groups that a task reads or names, with the places."""
    for part in leaves_of(task):
        if isinstance(part, Output):
            yield part.node, part.at
    for after in task.after:
        for name in (*after.tasks, *after.groups):
            yield name, after.at


def upstreams_of(flow: hir.Flow) -> dict[str, tuple[str, ...]]:
    """For each task, the tasks that it waits for: those it reads or names, and those that all around it do (rule 1)."""
    groups = {
        stmt.id: tuple(task.id for task in tasks_in(stmt.body))
        for stmt in statements_in(flow.body)
        if isinstance(stmt, hir.Group)
    }
    found: dict[str, tuple[str, ...]] = {}
    for body in (flow.body, *(body for _, body in flow.handlers)):
        _collect(body, (), found)
    return {task: tuple(name for held in names for name in groups.get(held, (held,))) for task, names in found.items()}


def _collect(body: Iterable[hir.Stmt], around: tuple[str, ...], found: dict[str, tuple[str, ...]]) -> None:
    for stmt in body:
        match stmt:
            case hir.Task():
                found[stmt.id] = (*around, *(name for name, _ in waits_of(stmt)))
            case hir.Group():
                named = [name for after in stmt.after for name in (*after.tasks, *after.groups)]
                _collect(stmt.body, (*around, *named, *_outputs(stmt.when)), found)
            case hir.If():
                _collect(stmt_bodies(stmt), (*around, *_outputs(stmt.condition)), found)
            case hir.Match():
                _collect(stmt_bodies(stmt), (*around, *_outputs(stmt.subject)), found)
            case hir.For():
                _collect(stmt.body, (*around, *_outputs(stmt.items)), found)


def _outputs(expr: Expr | None) -> tuple[str, ...]:
    return tuple(part.node for part in walk(expr) if isinstance(part, Output)) if expr is not None else ()


def values_read(flow: hir.Flow) -> frozenset[str]:
    """The tasks whose values somebody reads: tasks, conditions, loops, the flow's own `when` and `return`."""
    if "values read" not in flow.memory:
        flow.memory["values read"] = _values_read(flow)
    return cast("frozenset[str]", flow.memory["values read"])


def _values_read(flow: hir.Flow) -> frozenset[str]:
    exprs = [flow.returns, flow.when]
    found: set[str] = set()
    for body in (flow.body, *(body for _, body in flow.handlers)):
        for stmt in statements_in(body):
            match stmt:
                case hir.Task():
                    found |= outputs_of(stmt)
                case hir.If():
                    exprs.append(stmt.condition)
                case hir.Match():
                    exprs.append(stmt.subject)
                case hir.For():
                    exprs.append(stmt.items)
                case hir.Group():
                    exprs.append(stmt.when)
    read = (part for expr in exprs if expr is not None for part in walk(expr))
    return frozenset(found | {part.node for part in read if isinstance(part, Output)})
