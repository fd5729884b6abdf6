"""`a ?? b`: the first of several that is there (rule 2 of the contract)."""

from __future__ import annotations

from attrs import evolve

from flowc.ir.expr import Coalesce, Expr
from flowc.ir.types import ANY, JSON, NULL, Optional, Type
from flowc.sema.accept import usable
from flowc.sema.containers import joined
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_literal, is_poison, poison, quoted
from flowc.sema.misfits import report_no_value
from flowc.sema.names import read
from flowc.sema.place import covers
from flowc.sema.reading import Reading, plain
from flowc.sema.relations import convert, optional, strip
from flowc.syntax import ast


@infer.register
def _coalesce(node: ast.Coalesce, context: Context, hint: Type | None = None) -> Expr:
    *firsts, last = node.choices
    refused = [choice for choice in firsts if _refused(choice, context)]
    if refused or (isinstance(last, ast.Coalesce) and _refused(last, context)):
        return poison(node.span)
    readings = [_part(choice, context, hint) for choice in firsts]
    like = joined([reading.expr for reading in readings])
    readings.append(_part(last, context, strip(like) if like is not None and is_literal(last) else hint))
    exprs = [_checked(reading.expr, choice, context) for reading, choice in zip(readings, node.choices, strict=True)]
    if any(is_poison(expr) for expr in exprs):
        return poison(node.span)
    common = joined([_stripped(expr) for expr in exprs])
    if common is None:
        _report_differ(node, exprs, context)
        return poison(node.span)
    return _typed(node, readings, exprs, strip(common), context)


def _typed(node: ast.Coalesce, readings: list[Reading], exprs: list[Expr], common: Type, context: Context) -> Expr:
    always = not isinstance(exprs[-1].type, Optional) and exprs[-1].type != NULL
    whole = always or covers([reading.residual for reading in readings if _sure(reading)], context)
    type_ = common if whole or common in (ANY, JSON) else optional(common)
    parts = tuple(convert(expr, optional(common) if isinstance(expr.type, Optional) else common) for expr in exprs)
    return Coalesce(parts, type_, node.span)


def _sure(reading: Reading) -> bool:
    """Where its task has run, there is a value."""
    return not isinstance(reading.bare, Optional) and reading.bare not in (NULL, JSON)


def _part(node: ast.Expr, context: Context, hint: Type | None) -> Reading:
    if isinstance(node, ast.Name | ast.Attribute):
        return read(node, context, nullable=True)
    return plain(infer(node, context, hint))


def _stripped(expr: Expr) -> Expr:
    """With its type alone, `?` aside."""
    return evolve(expr, type=strip(expr.type)) if isinstance(expr.type, Optional) else expr


def _checked(expr: Expr, node: ast.Expr, context: Context) -> Expr:
    """A part may be missing, but it is a value and no secret."""
    if isinstance(expr.type, Optional):
        return expr
    if report_no_value(expr, context, node.span):
        return poison(node.span)
    return usable(expr, context, node.span, nullable=True)


def _refused(node: ast.Expr, context: Context) -> bool:
    if _is_path(node):
        return False
    context.problems.add(
        "FLOW301",
        "a chain of `??` has no brackets in it" if isinstance(node, ast.Coalesce)
        else f"left of `??` stands a name or a field, and {quoted(node)} is neither",
        node.span,
        helps=("without the brackets" if isinstance(node, ast.Coalesce) else "give it a name first: let value = ...",),
        notes=("only what has a name can be missing: a task that was skipped, a value that may be null",),
    )  # fmt: skip
    return True


def _is_path(node: ast.Expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_path(node.value))


def _report_differ(node: ast.Coalesce, exprs: list[Expr], context: Context) -> None:
    types = [str(strip(expr.type)) for expr in exprs]
    context.problems.add(
        "FLOW310", f"the choices of `??` are of different types: {' and '.join(dict.fromkeys(types))}", node.span,
        label=", ".join(f"{quoted(choice)} is {type_}" for choice, type_ in zip(node.choices, types, strict=True)),
    )  # fmt: skip
