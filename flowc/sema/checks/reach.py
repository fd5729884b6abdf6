"""Tasks that can never run: conditions that contradict themselves, and what needs such a task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowc.diagnostics import Label, Problems
from flowc.ir.expr import Binary, Expr, Lit, Output, walk
from flowc.sema import hir
from flowc.sema.constants import constant
from flowc.sema.tree import expressions_of, tasks_of
from flowc.source import Span

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


def check_reach(flow: hir.Flow, problems: Problems) -> None:
    """FLOW403, and FLOW404 for a `when`: of a condition that is written to be false, that is said and no more."""
    never: dict[str, Span] = {}
    constant_: set[Span] = set()
    _find(flow.body, None, never, constant_)
    tasks = {task.id: task for task in tasks_of(flow)}
    for name, why in never.items():
        if why in constant_:
            problems.add("FLOW404", "this condition is always false", why)
        elif name in tasks:
            _report(tasks[name], why, "this can never be true", problems)
    for task in tasks.values():
        blocker = next((name for name in _required(task) if name in never and name in tasks), None)
        if blocker is not None and task.id not in never:
            _report(task, tasks[blocker].at, f"`{blocker}` never runs", problems)


def _report(task: hir.Task, why: Span, label: str, problems: Problems) -> None:
    problems.add(
        "FLOW403",
        f"`{task.id}` can never run",
        task.at,
        related=[Label(why, label)],
        helps=("mend the condition, or remove the task",),
    )


def _find(body: Iterable[hir.Stmt], inside: Span | None, never: dict[str, Span], constant_: set[Span]) -> None:
    """The tasks that never run, by name, with the place of the condition; `constant_` are those that ask nothing."""

    def why(condition: Expr | None) -> Span | None:
        if inside is None and condition is not None and constant(condition) is False and condition.at is not None:
            constant_.add(condition.at)
            return condition.at
        return inside or _contradiction(condition)

    for stmt in body:
        match stmt:
            case hir.Task():
                found = why(stmt.when)
                if found is not None:
                    never[stmt.id] = found
            case hir.Group():
                _find(stmt.body, why(stmt.when), never, constant_)
            case hir.If():
                _find(stmt.then, why(stmt.condition), never, constant_)
                _find(stmt.otherwise or (), inside, never, constant_)
            case hir.Match():
                for arm in stmt.arms:
                    _find(arm.body, inside, never, constant_)
            case hir.For():
                _find(stmt.body, inside, never, constant_)


def _required(task: hir.Task) -> Iterator[str]:
    """What a task cannot do without: the tasks of its `after`, and what it reads outside of `??`."""
    for after in task.after:
        if after.when == "succeeded":
            yield from after.tasks
    for expr in expressions_of(task):
        if isinstance(expr, Output):
            yield expr.node


def _contradiction(condition: Expr | None) -> Span | None:
    """The place of a condition that no value makes true."""
    if condition is None:
        return None
    if any(constant(part) is False for part in _all_of(condition)):
        return condition.at
    bounds: dict[Expr, list[tuple[str, float]]] = {}
    for part in _all_of(condition):
        known = _bound(part)
        if known is not None:
            subject, op, value = known
            bounds.setdefault(subject, []).append((op, value))
    return condition.at if any(_is_empty(found) for found in bounds.values()) else None


def _all_of(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, Binary) and expr.op == "and":
        yield from _all_of(expr.left)
        yield from _all_of(expr.right)
    else:
        yield expr


def _bound(expr: Expr) -> tuple[Expr, str, float] | None:
    """`x < 3` as its subject, its operator and a number."""
    if not isinstance(expr, Binary) or expr.op not in _FLIPPED:
        return None
    left, op, right = expr.left, str(expr.op), expr.right
    if isinstance(left, Lit):
        left, op, right = right, _FLIPPED[op], left
    if not isinstance(right, Lit) or isinstance(right.value, bool) or not isinstance(right.value, int | float):
        return None
    return None if any(isinstance(part, Lit) for part in walk(left)) else (left, op, float(right.value))


def _is_empty(bounds: Iterable[tuple[str, float]]) -> bool:
    low, high, low_open, high_open = float("-inf"), float("inf"), False, False
    for op, value in bounds:
        if op in (">", ">=", "==") and (value > low or (value == low and op == ">")):
            low, low_open = value, op == ">"
        if op in ("<", "<=", "==") and (value < high or (value == high and op == "<")):
            high, high_open = value, op == "<"
    return low > high or (low == high and (low_open or high_open))
