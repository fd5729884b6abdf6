"""What a task's output looks like from somewhere else: skipped arms make it optional, loops make it a list."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from flowc.ir.expr import Attr, Coalesce, Convert, Expr, Index, IsNull, Output, children, walk
from flowc.ir.graph import InArm, InLoop
from flowc.ir.graph import Scope as Place
from flowc.ir.types import ListOf, Optional, Type
from flowc.sema.context import Context
from flowc.sema.relations import optional
from flowc.sema.scope import GroupSymbol, Names, Symbol, TaskSymbol


def beyond(place: Place, reader: Place) -> Place:
    """The part of `place` that the reader does not stand in."""
    shared = 0
    for mine, theirs in zip(place, reader, strict=False):
        if mine != theirs:
            break
        shared += 1
    return place[shared:]


def loops(place: Place) -> int:
    """How many list levels there are to gather."""
    return sum(isinstance(step, InLoop) for step in place)


def seen(type_: Type, residual: Place) -> Type:
    """A value's type from outside of `residual`: from the inside out, an arm adds `?`, a loop `list[...]`."""
    for step in reversed(residual):
        type_ = optional(type_) if isinstance(step, InArm) else ListOf(type_)
    return type_


def covers(residuals: list[Place], context: Context) -> bool:
    """One of several values at these places is there in any case: every arm of a decision has one, at any depth."""
    if any(not residual or isinstance(residual[0], InLoop) for residual in residuals):
        return True
    heads = {step.decision for residual in residuals if isinstance(step := residual[0], InArm)}
    return any(_covers_decision(decision, residuals, context) for decision in heads)


def _covers_decision(decision: str, residuals: list[Place], context: Context) -> bool:
    arms = context.world.arms(decision)
    if arms is None:
        return False
    inside = ([rest for step, *rest in residuals if step == InArm(decision, arm)] for arm in range(arms))
    return all(rests and covers([tuple(rest) for rest in rests], context) for rests in inside)


def root(expr: Expr) -> Expr:
    """What the fields and elements of `expr` are taken from."""
    while isinstance(expr, Attr | Index):
        expr = expr.operand
    return expr


def skipped_task(expr: Expr, context: Context) -> TaskSymbol | None:
    """The task that `expr` reads bare, when it may have been skipped or, in a handler, may have no value."""
    source = root(expr)
    if not isinstance(source, Output):
        return None
    task = task_of(context.names, source.node)
    if task is None:
        return None
    if task.phase != context.phase:
        return task
    residual = beyond(task.place, context.place)
    return task if residual and isinstance(residual[0], InArm) else None


def may_be_skipped(task: TaskSymbol) -> bool:
    """Whether the task can be skipped where it stands: by a check, or by what it requires, itself or through others."""
    seen: set[str] = set()
    open_ = [task]
    while open_:
        current = open_.pop()
        if current.id in seen:
            continue
        seen.add(current.id)
        for upstream in current.follows():
            residual = beyond(upstream.place, current.place)
            if residual and isinstance(residual[0], InArm):
                return True
            if not residual:
                open_.append(upstream)
        if current.skips:
            return True
    return False


def task_of(names: Names, node: str) -> TaskSymbol | None:
    """The symbol of a node, looked for in everything that can be seen: most are called as their node is."""
    called = names.find(node)
    if isinstance(called, TaskSymbol) and called.id == node:
        return called
    return next((task for task, _ in visible_tasks(names) if task.id == node), None)


def visible_tasks(names: Names) -> Iterator[tuple[TaskSymbol, str]]:
    """All tasks that can be named, with how: `g.x` in a group."""
    link: Names | None = names
    while link is not None:
        yield from _tasks(link.symbols(), "")
        link = link.outer


def _tasks(symbols: Iterator[Symbol], prefix: str) -> Iterator[tuple[TaskSymbol, str]]:
    for symbol in symbols:
        if isinstance(symbol, TaskSymbol):
            yield symbol, prefix + symbol.name
        elif isinstance(symbol, GroupSymbol):
            yield from _tasks(symbol.members.symbols(), f"{prefix}{symbol.name}.")


def lifted(expr: Expr, residual: Place) -> Expr | None:
    """What a template returns, as read from outside of `residual`; None where it would be computed for each element.

    Outputs gather by themselves, and what is only read from them follows. A value without any task in it is the same
    everywhere, but there is no telling how often it would stand in a list.
    """
    if not residual:
        return expr
    type_ = seen(expr.type, residual)
    match expr:
        case Output():
            return evolve(expr, gathered=expr.gathered + loops(residual), type=type_)
        case Convert(operand):
            inner = lifted(operand, residual)
            return inner and evolve(expr, operand=inner, type=type_)
        case _ if loops(residual):
            return None
        case Attr(operand):
            inner = lifted(operand, residual)
            return inner and evolve(expr, operand=inner, type=type_)
        case Coalesce(parts):
            inners = [lifted(part, residual) for part in parts]
            whole = tuple(inner for inner in inners if inner is not None)
            return evolve(expr, parts=whole, type=type_) if len(whole) == len(parts) else None
        case _:
            return None if any(isinstance(part, Output) for part in walk(expr)) else expr


# ------------------------------------------------------------------ in handlers


def afterwards(expr: Expr, context: Context) -> Expr | None:
    """A value that was written where its tasks run, as a handler reads it (rule 13): it may be missing there.

    None where a missing task would not leave it missing, but half computed.
    """
    if context.phase == "main" or not any(_is_foreign(part, context) for part in walk(expr)):
        return expr
    match expr:
        case Output():
            return evolve(expr, type=optional(expr.type))
        case Attr(operand) | Convert(operand):
            inner = afterwards(operand, context)
            return inner and evolve(expr, operand=inner, type=optional(expr.type))
        case Coalesce(parts):
            inners = [inner for part in parts if (inner := afterwards(part, context)) is not None]
            may_miss = bool(inners) and isinstance(inners[-1].type, Optional)
            type_ = optional(expr.type) if may_miss else expr.type
            return evolve(expr, parts=tuple(inners), type=type_) if len(inners) == len(parts) else None
        case IsNull():
            return expr
        case _:
            inners = [(child, afterwards(child, context)) for child in children(expr)]
            return expr if all(inner is not None and inner.type == child.type for child, inner in inners) else None


def foreign_task(expr: Expr, context: Context) -> TaskSymbol | None:
    """A task of another phase that `expr` reads."""
    found = (task_of(context.names, part.node) for part in walk(expr) if isinstance(part, Output))
    return next((task for task in found if task is not None and task.phase != context.phase), None)


def _is_foreign(expr: Expr, context: Context) -> bool:
    if not isinstance(expr, Output):
        return False
    task = task_of(context.names, expr.node)
    return task is None or task.phase != context.phase
