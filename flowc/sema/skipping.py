"""What a task requires, as its text says: where that is skipped the task is skipped too (rule 2).

Its value has no `?` for that, since whoever reads it is skipped with it. But from outside of a loop it shows: the list
that is gathered has a null where an instance was skipped (rule 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowc.sema.scope import GroupSymbol, Names, Symbol, TaskSymbol
from flowc.sema.spot import FlowState, Spot
from flowc.syntax import ast
from flowc.syntax.walk import children


def followed(stmt: ast.Task, symbol: TaskSymbol, spot: Spot, state: FlowState) -> Iterator[TaskSymbol]:
    """The tasks that a task requires, as its text says; to be asked for when all names are known."""
    clauses = [clause for clause in stmt.body.clauses if clause.name.text == "after"]
    yield from _after(clauses, spot.inner, symbol)
    for level in spot.levels:
        for said in level().said:
            if said.spec.word == "after":
                yield from _after([said.clause], said.context.names, symbol)
    for arrow in state.arrows.get(symbol.id, ()):
        yield from (state.tasks[name] for name in arrow.tasks if name in state.tasks)
    others = (clause for clause in stmt.body.clauses if clause.name.text not in ("after", "when", "use", "fallback"))
    for node in (stmt.action, *others):
        yield from _read(node, spot.inner)


def _after(clauses: Iterable[ast.Clause], names: Names, symbol: TaskSymbol) -> Iterator[TaskSymbol]:
    for clause in clauses:
        when = clause.named("when")
        word = when.text if isinstance(when, ast.Name) else "succeeded"
        if word == "failed":  # and where nothing failed, skipped
            symbol.skips = True
        elif word == "succeeded":
            found = (_task(value, names) for value in clause.positional)
            yield from (task for task in found if task is not None)


def _read(node: ast.Node, names: Names) -> Iterator[TaskSymbol]:
    """The tasks that are read where a skipped one skips the reader: outside of `??` and of comparisons with null."""
    match node:
        case ast.Coalesce():
            return
        case ast.Binary(op="==" | "!=", left=left, right=right) if ast.NullLiteral in (type(left), type(right)):
            return
        case ast.Name() | ast.Attribute():
            task = _task(node, names)
            if task is not None:
                yield task
        case _:
            for child in children(node):
                yield from _read(child, names)


def _task(node: ast.Expr, names: Names) -> TaskSymbol | None:
    """The task at the beginning of a dotted path."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.name.text)
        node = node.value
    found: Symbol | None = names.find(node.text) if isinstance(node, ast.Name) else None
    for part in parts:
        found = found.members.own(part) if isinstance(found, GroupSymbol) else found
    return found if isinstance(found, TaskSymbol) else None
