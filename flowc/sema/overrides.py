"""`target airflow { queue "gpu" }`: a target's own words, on a task, a flow, a profile, a file or a whole project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowc.ir.expr import Expr, Lit
from flowc.ir.graph import Override
from flowc.ir.types import BOOL, STR
from flowc.sema.constants import require_stage
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
    word = clause.name.text
    value: Expr
    if word == "accept":
        value = Lit(", ".join(_names(clause, context)), STR, clause.span)
    elif not clause.args:
        value = Lit(True, BOOL, clause.span)
    else:
        for extra in (*clause.args[1:], *(arg for arg in clause.args[:1] if arg.name is not None)):
            context.problems.add("FLOW303", f"`{word}` takes one value here", extra.span)
        value = typed(clause.args[0].value, context)
        require_stage(value, "build", context, f"`{word}`")
    return Override(target, word, value, clause.name.span)


def _names(clause: ast.Clause, context: Context) -> Iterator[str]:
    """What is agreed to: bare words, one after the other or in a list."""
    for arg in clause.args:
        for item in arg.value.items if isinstance(arg.value, ast.ListExpr) else (arg.value,):
            if isinstance(item, ast.Name) and arg.name is None:
                yield item.text
            else:
                context.problems.add(
                    "FLOW301", "`accept` takes names of features", item.span, helps=("accept [retry_exponential]",)
                )
    if not clause.args:
        context.problems.add("FLOW302", "`accept` needs the features that are agreed to", clause.span)
