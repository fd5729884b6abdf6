"""Loops: the list that is walked, how many at once, how many failures are borne."""

from __future__ import annotations

from flowc.diagnostics import Problems
from flowc.ir.expr import Expr, Output
from flowc.ir.graph import InArm
from flowc.ir.types import ANY, INT, ListOf, MapOf, Optional, Range, Type
from flowc.sema.clauses import Said
from flowc.sema.expressions import typed
from flowc.sema.spot import FlowState, Spot
from flowc.syntax import ast


def loop_items(stmt: ast.For, state: FlowState, spot: Spot) -> tuple[Expr, Type, Type | None]:
    """The list, the type of its elements, and of its keys where it is a map."""
    expr = typed(stmt.iterable, state.context(spot))
    found = _own_optional(expr, state)
    match found:
        case ListOf(item=item):
            return expr, item, None
        case MapOf(key=key, value=value) if stmt.second is not None:
            return expr, value, key
        case Range(item=item) if item != ANY and str(item) in ("int", "date"):
            return expr, item, None
        case _ if found == ANY:
            return expr, ANY, None
        case Optional(item=ListOf() | MapOf()):
            state.problems.add(
                "FLOW309",
                "this list may be missing, since its task may be skipped",
                stmt.iterable.span,
                helps=(f"{stmt.iterable.span.text} ?? []",),
            )
        case MapOf():
            state.problems.add(
                "FLOW308",
                "a map is walked with two names",
                stmt.name.span,
                helps=(f"for key, {stmt.name.text} in {stmt.iterable.span.text}",),
            )
        case _:
            text = stmt.iterable.span.text
            helps = (f"the numbers up to it are 1..{text}",) if found == INT else ()
            state.problems.add("FLOW308", f"`for` walks a list, found {found}", stmt.iterable.span, helps=helps)
    return expr, ANY, None


def _own_optional(expr: Expr, state: FlowState) -> Type:
    """The type without the `?` that a task's own output declares: a null list is a loop that is not entered."""
    if isinstance(expr, Output) and isinstance(expr.type, Optional):
        symbol = state.tasks.get(expr.node)
        declared_here = symbol is not None and not any(isinstance(step, InArm) for step in symbol.place)
        if declared_here and symbol and expr.field is None and symbol.output == expr.type:
            return expr.type.item
    return expr.type


def tolerate_of(said: Said | None, problems: Problems) -> int | float:
    """The failures that a loop bears: a number of elements, or a part of them."""
    value = said.constant("failures") if said else 0
    if isinstance(value, float) and not 0 <= value <= 1 and said:
        problems.add(
            "FLOW313",
            "`tolerate` takes a number of failures, or a part from 0.0 to 1.0",
            said.span,
            helps=("write `tolerate 3` or `tolerate 0.1`",),
        )
        return 0
    return value if isinstance(value, int | float) else 0


def limit_of(said: Said | None) -> int | None:
    """The instances of each task that run at once."""
    value = said.constant("count") if said else None
    return value if isinstance(value, int) else None
