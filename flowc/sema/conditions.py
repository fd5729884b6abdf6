"""Conditions: they are bools, and what they say about null holds where they do."""

from __future__ import annotations

from flowc.ir.expr import Binary, Expr, IsNull, Unary
from flowc.ir.types import ANY, BOOL, DURATION, FLOAT, INT, JSON, PATH, SIZE, STR, ListOf, MapOf, Type
from flowc.sema.accept import usable
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_poison, poison, quoted
from flowc.sema.relations import convert, strip
from flowc.syntax import ast

_NOTHING: frozenset[Expr] = frozenset()


def condition(node: ast.Expr, context: Context) -> Expr:
    """A bool, or `poison` after FLOW305: numbers, texts and lists are never true or false by themselves."""
    expr = infer(node, context, BOOL)
    if is_poison(expr):
        return expr
    if strip(expr.type) not in (BOOL, ANY):
        _report(expr, node, context)
        return poison(node.span)
    expr = usable(expr, context, node.span, want=BOOL)
    return expr if is_poison(expr) else convert(expr, BOOL)


_TESTS: dict[Type, str] = {
    INT: "{} != 0",
    FLOAT: "{} != 0",
    STR: '{} != ""',
    DURATION: "{} > 0s",
    SIZE: "{} > 0B",
    JSON: "{} == true",
}


def _report(expr: Expr, node: ast.Expr, context: Context) -> None:
    type_, text = strip(expr.type), node.span.text
    test = (
        "len({}) > 0"
        if isinstance(type_, ListOf | MapOf)
        else "{} != null"
        if type_ != expr.type
        else _TESTS.get(type_)
    )
    helps = (f"say what about it must hold: {test.format(text)}",) if test and type_ != PATH else ()
    context.problems.add(
        "FLOW305",
        f"{quoted(node)} is {expr.type}, and a condition is a bool",
        node.span,
        label=f"needs bool, found {expr.type}",
        helps=helps,
    )


def known(expr: Expr, holds: bool) -> frozenset[Expr]:
    """The reads that are not null where the condition `expr` is true (`holds`) or false: for `Context.narrowed`."""
    match expr:
        case IsNull(operand, negated):
            return frozenset({operand}) if negated == holds else _NOTHING
        case Unary("not", operand):
            return known(operand, not holds)
        case Binary("and", left, right) if holds:
            return known(left, True) | known(right, True)
        case Binary("or", left, right) if not holds:
            return known(left, False) | known(right, False)
        case _:
            return _NOTHING
