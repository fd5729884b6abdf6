"""Operators: the table of what each takes, and how an operation is typed.

Numbers of two types meet as the wider one (int with float: float); every other pair stands in a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal as Number

from attrs import evolve

from flowc.ir.expr import Between, Binary, BinaryOp, Choose, Expr, Lit, Unary
from flowc.ir.types import (
    ANY,
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    FLOAT,
    INT,
    PATH,
    SIZE,
    STR,
    Decimal,
    ListOf,
    Range,
    Type,
)
from flowc.sema.accept import usable
from flowc.sema.comparisons import comparison, membership, null_test
from flowc.sema.conditions import condition, known
from flowc.sema.containers import together
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_literal, is_poison, poison, quoted
from flowc.sema.literals import exact, number
from flowc.sema.relations import convert, fits, is_number, join, strip, wider
from flowc.syntax import ast

_PAIRS: Mapping[tuple[str, Type, Type], Type] = {
    ("+", DURATION, DURATION): DURATION,
    ("-", DURATION, DURATION): DURATION,
    ("+", SIZE, SIZE): SIZE,
    ("-", SIZE, SIZE): SIZE,
    ("+", DATE, DURATION): DATE,
    ("-", DATE, DURATION): DATE,
    ("+", DATETIME, DURATION): DATETIME,
    ("-", DATETIME, DURATION): DATETIME,
    ("-", DATE, DATE): DURATION,
    ("-", DATETIME, DATETIME): DURATION,
    ("+", STR, STR): STR,
    ("/", PATH, STR): PATH,
    ("*", DURATION, INT): DURATION,
    ("*", DURATION, FLOAT): DURATION,
    ("/", DURATION, INT): DURATION,
    ("/", DURATION, FLOAT): DURATION,
    ("*", SIZE, INT): SIZE,
    ("*", SIZE, FLOAT): SIZE,
    ("/", SIZE, INT): SIZE,
    ("/", SIZE, FLOAT): SIZE,
}
_COMMUTES = {("*", INT, DURATION), ("*", FLOAT, DURATION), ("*", INT, SIZE), ("*", FLOAT, SIZE)}
_LONGEST = 38


@infer.register
def _unary(node: ast.Unary, context: Context, hint: Type | None = None) -> Expr:
    if node.op == "not":
        operand = condition(node.operand, context)
        return poison(node.span) if is_poison(operand) else Unary("not", operand, BOOL, node.span)
    if isinstance(node.operand, ast.IntLiteral | ast.FloatLiteral):
        value = number(node.operand, context, hint, sign="-")
        return evolve(value, at=node.span) if isinstance(value, Lit) else value
    operand = usable(infer(node.operand, context, hint), context, node.operand.span)
    if is_poison(operand):
        return poison(node.span)
    if is_number(operand.type) or operand.type == DURATION:
        return Unary("-", operand, operand.type, node.span)
    context.problems.add("FLOW301", f"`-` takes a number or a duration, not {operand.type}", node.span)
    return poison(node.span)


@infer.register
def _binary(node: ast.Binary, context: Context, hint: Type | None = None) -> Expr:
    match node.op:
        case "and" | "or":
            return _logic(node, context)
        case "in" | "not in":
            return membership(node, context)
        case "==" | "!=" if isinstance(node.right, ast.NullLiteral) or isinstance(node.left, ast.NullLiteral):
            return null_test(node, context)
        case "==" | "!=" | "<" | "<=" | ">" | ">=":
            return comparison(node, context)
        case _:
            return _arithmetic(node, context, hint)


def _logic(node: ast.Binary, context: Context) -> Expr:
    left = condition(node.left, context)
    inner = evolve(context, narrowed=context.narrowed | known(left, node.op == "and"))
    right = condition(node.right, inner)
    if is_poison(left) or is_poison(right):
        return poison(node.span)
    return Binary(_op(node), left, right, BOOL, node.span)


def _op(node: ast.Binary) -> BinaryOp:
    return node.op


# ------------------------------------------------------------------ arithmetic


def _arithmetic(node: ast.Binary, context: Context, hint: Type | None) -> Expr:
    left, right = _operands(node, context, hint)
    if is_poison(left) or is_poison(right):
        return poison(node.span)
    return arithmetic(node.op, left, right, node) or _refuse(node, left, right, context)


def _operands(node: ast.Binary, context: Context, hint: Type | None) -> tuple[Expr, Expr]:
    """Both operands; a literal takes on the other's type, where that is one of numbers or lists."""

    def one(side: ast.Expr, like: Type | None) -> Expr:
        expr = usable(infer(side, context, like), context, side.span)
        if isinstance(expr, Lit) and isinstance(expr.value, Number):
            return Lit(
                expr.value, exact(expr.value), side.span
            )  # no longer than it is: the result's digits follow from it
        return expr

    passed = hint if hint is not None and (is_number(strip(hint)) or isinstance(strip(hint), ListOf)) else None
    if is_literal(node.left) and not is_literal(node.right):
        right = one(node.right, passed)
        return one(node.left, _like(right.type)), right
    left = one(node.left, passed)
    return left, one(node.right, _like(left.type) if is_literal(node.right) else passed)


def _like(type_: Type) -> Type | None:
    return type_ if isinstance(type_, Decimal | ListOf) else None


def arithmetic(op: BinaryOp, left: Expr, right: Expr, node: ast.Binary) -> Expr | None:
    """The typed operation; None if the table does not have it."""
    if ANY in (left.type, right.type):
        return Binary(op, left, right, ANY, node.span)
    if is_number(left.type) and is_number(right.type):
        return _numbers(op, left, right, node)
    if op == "+" and isinstance(left.type, ListOf) and isinstance(right.type, ListOf):
        common = join(left.type, right.type)
        return common and Binary(op, convert(left, common), convert(right, common), common, node.span)
    if (op, left.type, right.type) in _COMMUTES:
        left, right = right, left
    pair = (op, _widest(left.type), _widest(right.type))
    result = _PAIRS.get(pair)
    return result and Binary(op, left, right, result, node.span)


def _widest(type_: Type) -> Type:
    """An enum's member is a text like any other."""
    return STR if fits(type_, STR) else type_


def _numbers(op: BinaryOp, left: Expr, right: Expr, node: ast.Binary) -> Expr | None:
    common = join(left.type, right.type)
    if common is None or (op == "%" and common != INT):
        return None
    if isinstance(common, Decimal):
        result = _decimals(op, left.type, right.type)
        return result and Binary(op, left, right, result, node.span)
    result = FLOAT if op == "/" else common
    return Binary(op, convert(left, common), convert(right, common), result, node.span)


def _decimals(op: BinaryOp, left: Type, right: Type) -> Type | None:
    """The decimal that holds every result, as long as 38 digits are enough."""
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    if op == "*":
        scale = min(left.scale + right.scale, _LONGEST)
        return Decimal(min(left.precision + right.precision, _LONGEST), scale)
    if op in ("+", "-"):
        common = wider(left, right)
        return Decimal(min(common.precision + 1, _LONGEST), common.scale)
    return None


def _refuse(node: ast.Binary, left: Expr, right: Expr, context: Context) -> Expr:
    types = {left.type, right.type}
    if node.op in ("+", "-") and types & {DURATION, DATE, DATETIME, SIZE} and types & {INT, FLOAT}:
        bare = node.right if right.type in (INT, FLOAT) else node.left
        unit, noun = ("MiB", "a size") if SIZE in types else ("d" if DATE in types else "s", "a duration")
        source = f"{bare.span.text}{unit}" if isinstance(bare, ast.IntLiteral) else f"{bare.span.text} * 1{unit}"
        helps = (f"write it with its unit: {source}",)
        context.problems.add("FLOW306", f"{quoted(bare)} is a number, and {noun} needs a unit", bare.span, helps=helps)
        return poison(node.span)
    helps = _ways(node, left.type, right.type)
    context.problems.add("FLOW301", f"`{node.op}` does not take {left.type} and {right.type}", node.span, helps=helps)
    return poison(node.span)


def _ways(node: ast.Binary, left: Type, right: Type) -> tuple[str, ...]:
    """Source that would do what may have been meant."""
    one, other = node.left.span.text, node.right.span.text
    has_decimal = isinstance(left, Decimal) or isinstance(right, Decimal)
    if node.op == "+" and left == PATH:
        return (f"paths are joined with /: {one} / {other}",)
    if node.op == "+" and STR in (left, right):
        holes = "".join(_in_text(side) for side in (node.left, node.right))
        return (f'put values into text with holes: "{holes}"',)
    if node.op == "/" and has_decimal:
        return (f"a decimal quotient has no end; as floats: float({one}) / float({other})",)
    if has_decimal and INT in (left, right):
        return (f"make it a decimal: decimal({one if left == INT else other})",)
    return ()


def _in_text(node: ast.Expr) -> str:
    if isinstance(node, ast.Text) and node.plain is not None:
        return node.plain
    text = node.span.text
    return f"#{{{text}}}" if '"' not in text else "#{...}"


# ------------------------------------------------------------------ ranges and choices


@infer.register
def _range(node: ast.Range, context: Context, hint: Type | None = None) -> Expr:
    inner = hint.item if isinstance(hint, Range) else None
    exprs, common = together((node.first, node.last), context, inner)
    low, high = (usable(expr, context, side.span) for expr, side in zip(exprs, (node.first, node.last), strict=True))
    if is_poison(low) or is_poison(high):
        return poison(node.span)
    if common not in (INT, FLOAT, DATE, DATETIME):
        context.problems.add("FLOW301", f"`..` takes ints, floats or dates, not {low.type} and {high.type}", node.span)
        return poison(node.span)
    return Between(convert(low, common), convert(high, common), Range(common), node.span)


@infer.register
def _ternary(node: ast.Ternary, context: Context, hint: Type | None = None) -> Expr:
    test = condition(node.condition, context)
    yes = evolve(context, narrowed=context.narrowed | known(test, True))
    no = evolve(context, narrowed=context.narrowed | known(test, False))
    then, otherwise = _branches(node, yes, no, hint)
    if is_poison(test) or is_poison(then) or is_poison(otherwise):
        return poison(node.span)
    common = join(then.type, otherwise.type)
    if common is None:
        context.problems.add(
            "FLOW310", f"the two values of this choice differ: {then.type} and {otherwise.type}", node.span,
            label=f"{quoted(node.then)} is {then.type}, {quoted(node.otherwise)} is {otherwise.type}",
        )  # fmt: skip
        return poison(node.span)
    return Choose(test, convert(then, common), convert(otherwise, common), common, node.span)


def _branches(node: ast.Ternary, yes: Context, no: Context, hint: Type | None) -> tuple[Expr, Expr]:
    if is_literal(node.then) and not is_literal(node.otherwise):
        otherwise = infer(node.otherwise, no, hint)
        return infer(node.then, yes, hint or otherwise.type), otherwise
    then = infer(node.then, yes, hint)
    return then, infer(node.otherwise, no, (hint or then.type) if is_literal(node.otherwise) else hint)
