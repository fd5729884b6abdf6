"""The door to the typer: what the rest of `sema` calls to read an expression.

`typed` reads one, `accept` brings it to the type that is wanted, `expected` does both. What is wrong is reported, and
comes back as `poison`: it is of type `any`, so nothing follows from it.
"""

from __future__ import annotations

from attrs import evolve

from flowc.ir.expr import Expr, Text
from flowc.ir.types import Type
from flowc.sema import calls, coalesce, containers, elements, literals, names, operators
from flowc.sema.accept import accept, usable
from flowc.sema.arguments import bind, bind_typed
from flowc.sema.calls import check_function
from flowc.sema.conditions import condition as _condition
from flowc.sema.conditions import known
from flowc.sema.constants import constant, is_computable, require_stage, stage
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_poison, poison
from flowc.sema.types import type_from
from flowc.syntax import ast

__all__ = [
    "accept", "bind", "bind_typed", "check_function", "condition", "constant", "expected", "is_poison", "known",
    "poison", "require_stage", "stage", "type_from", "typed", "typed_text", "usable", "with_text",
]  # fmt: skip

SHAPES = (calls, coalesce, containers, elements, literals, names, operators)
"""The modules that register with `infer`, each for some shapes of the tree."""


def typed(node: ast.Expr, context: Context, want: Type | None = None) -> Expr:
    """The expression with its type. Literals become what is wanted where they can; `accept` says if the whole is."""
    return _computable(infer(node, context, want), context, node)


def expected(node: ast.Expr, context: Context, want: Type | None, *, what: str = "") -> Expr:
    """The expression as a value of the wanted type; `what` as in `accept`."""
    return accept(typed(node, context, want), want, context, node.span, what=what)


def with_text(node: ast.Expr, context: Context) -> Expr:
    """The expression as a value that has a text form."""
    return _computable(literals.hole(node, context), context, node)


def condition(node: ast.Expr, context: Context) -> Expr:
    """The expression as a bool; FLOW305 for what is not."""
    return _computable(_condition(node, context), context, node)


def typed_text(node: ast.Text, context: Context, holes: str = "text") -> Text:
    """The text with typed holes, a Text also where it has none; in SQL `ident` and `table` may stand in them."""
    inside = evolve(context, allows=context.allows | {"sql"}) if holes == "sql" else context
    text = literals.text_of(node, inside)
    is_computable(text, context)
    return text


def _computable(expr: Expr, context: Context, node: ast.Expr) -> Expr:
    """What is known now must be computable now: FLOW313 for overflows, divisions by zero and the like."""
    return expr if is_poison(expr) or is_computable(expr, context) else poison(node.span)
