"""`target airflow { queue "gpu" }`: a target's own words, on a task, a flow or a profile."""

from __future__ import annotations

from collections.abc import Iterable

from flowc.ir.expr import Expr, Lit
from flowc.ir.graph import Override
from flowc.ir.types import BOOL, STR
from flowc.sema.context import Context
from flowc.sema.expressions import typed
from flowc.syntax import ast


def read_overrides(block: Iterable[object], context: Context) -> tuple[Override, ...]:
    """The words of all `target` blocks among these statements. Whether a target knows them, the target says."""
    found: list[Override] = []
    for stmt in block:
        if isinstance(stmt, ast.Target):
            for inner in stmt.body:
                if isinstance(inner, ast.Clause):
                    found.append(_override(stmt.name.text, inner, context))
                else:
                    context.problems.add("FLOW212", "only words of the target stand here", inner.span)
    return tuple(found)


def _override(target: str, clause: ast.Clause, context: Context) -> Override:
    value: Expr
    if not clause.args:
        value = Lit(True, BOOL, clause.span)
    elif clause.name.text == "accept":
        value = Lit(clause.args[0].value.span.text.strip("[]"), STR, clause.span)
    else:
        value = typed(clause.args[0].value, context)
    return Override(target, clause.name.text, value, clause.name.span)
