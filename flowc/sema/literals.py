"""Literals: values that stand for themselves, and text with holes."""

from __future__ import annotations

from decimal import Decimal as Number

from flowc.ir.expr import Convert, Expr, Lit, Text
from flowc.ir.types import (
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    FLOAT,
    INT,
    NULL,
    PATH,
    SECRET,
    SIZE,
    STR,
    TIME,
    Decimal,
    Enum,
    Type,
)
from flowc.sema.accept import usable
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_poison, poison, quoted
from flowc.sema.relations import LIMITS, fits, has_text, is_secret, strip
from flowc.syntax import ast

# ------------------------------------------------------------------ numbers


@infer.register
def _int(node: ast.IntLiteral, context: Context, hint: Type | None = None) -> Expr:
    return number(node, context, hint, sign="")


@infer.register
def _float(node: ast.FloatLiteral, context: Context, hint: Type | None = None) -> Expr:
    return number(node, context, hint, sign="")


def number(node: ast.IntLiteral | ast.FloatLiteral, context: Context, hint: Type | None, *, sign: str) -> Expr:
    """A number with its sign: the smallest int has no positive twin."""
    wanted, spelling = strip(hint) if hint else None, sign + node.spelling.replace("_", "")
    if isinstance(wanted, Decimal):
        value = Number(spelling)
        own = exact(value)
        return Lit(value, wanted if fits(own, wanted) else own, node.span)
    if wanted == FLOAT or isinstance(node, ast.FloatLiteral):
        return Lit(float(spelling), FLOAT, node.span)
    value = int(spelling)
    if value in LIMITS:
        return Lit(value, INT, node.span)
    context.problems.add("FLOW313", f"{quoted(node)} is too large for an int, which has 64 bits", node.span)
    return poison(node.span)


def exact(value: Number) -> Decimal:
    """The shortest decimal type that holds a number."""
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    scale = max(0, -exponent)
    return Decimal(max(1, len(digits) + max(0, exponent), scale), scale)


# ------------------------------------------------------------------ what is only itself


@infer.register
def _bool(node: ast.BoolLiteral, context: Context, hint: Type | None = None) -> Expr:
    return Lit(node.value, BOOL, node.span)


@infer.register
def _null(node: ast.NullLiteral, context: Context, hint: Type | None = None) -> Expr:
    return Lit(None, NULL, node.span)


@infer.register
def _date(node: ast.DateLiteral, context: Context, hint: Type | None = None) -> Expr:
    return Lit(node.value, DATE, node.span)


@infer.register
def _time(node: ast.TimeLiteral, context: Context, hint: Type | None = None) -> Expr:
    return Lit(node.value, TIME, node.span)


@infer.register
def _datetime(node: ast.DateTimeLiteral, context: Context, hint: Type | None = None) -> Expr:
    return Lit(node.value, DATETIME, node.span)


@infer.register
def _duration(node: ast.DurationLiteral, context: Context, hint: Type | None = None) -> Expr:
    return Lit(node.value, DURATION, node.span)


@infer.register
def _size(node: ast.SizeLiteral, context: Context, hint: Type | None = None) -> Expr:
    return Lit(node.value.bytes, SIZE, node.span)


# ------------------------------------------------------------------ text


@infer.register
def _text(node: ast.Text, context: Context, hint: Type | None = None) -> Expr:
    wanted = strip(hint) if hint else None
    if node.plain is not None:
        takes = wanted == PATH or (isinstance(wanted, Enum) and node.plain in wanted.members)
        return Lit(node.plain, wanted if wanted and takes else STR, node.span)
    text = text_of(node, context)
    if any(is_poison(part) for part in text.parts if not isinstance(part, str)):
        return poison(node.span)
    return Convert(text, PATH, node.span) if wanted == PATH and text.type == STR else text


def text_of(node: ast.Text, context: Context) -> Text:
    """The text as it is written, also when it has no holes: for scripts, statements, URLs."""
    parts = tuple(part if isinstance(part, str) else hole(part, context) for part in node.parts)
    secret = any(is_secret(part.type) for part in parts if not isinstance(part, str))
    return Text(parts, SECRET if secret else STR, node.span)


def hole(node: ast.Expr, context: Context) -> Expr:
    """A value that has a text form. It may be null, but not the bare output of a task that may be skipped."""
    expr = usable(infer(node, context), context, node.span, nullable=True)
    if is_poison(expr) or has_text(expr.type) or is_secret(expr.type):
        return expr
    context.problems.add("FLOW301", f"{quoted(node)} is {expr.type}, which has no text form", node.span)
    return poison(node.span)
