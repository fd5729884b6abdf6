"""`==`, `<`, `in` and their like, and the question whether something is null."""

from __future__ import annotations

from flowc.ir.expr import Binary, Expr, IsNull, Output
from flowc.ir.types import ANY, BOOL, STR, Decimal, Enum, ListOf, MapOf, Range, Type
from flowc.sema.accept import accept, usable
from flowc.sema.containers import together
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_literal, is_poison, poison, quoted
from flowc.sema.names import read
from flowc.sema.relations import convert, fits, is_ordered, join, may_be_null, strip
from flowc.syntax import ast


def comparison(node: ast.Binary, context: Context) -> Expr:
    """Both sides are of one type; for an order, of one that has it."""
    if _misplaced_not(node, context):
        return poison(node.span)
    exprs, _ = together((node.left, node.right), context, None)
    left, right = (usable(expr, context, side.span) for expr, side in zip(exprs, (node.left, node.right), strict=True))
    left, right = _member(left, right.type, node.left, context), _member(right, left.type, node.right, context)
    if is_poison(left) or is_poison(right):
        return poison(node.span)
    common = _comparable(left.type, right.type)
    if common is None:
        return _differ(node, left, right, context)
    if node.op not in ("==", "!=") and not is_ordered(common):
        context.problems.add(
            "FLOW301", f"values of {common} have no order, so `{node.op}` cannot compare them", node.span,
            helps=("in order are numbers, str, date, time, datetime, duration and size",),
        )  # fmt: skip
        return poison(node.span)
    if not isinstance(common, Decimal):  # decimals compare exactly, whatever their digits
        left, right = convert(left, common), convert(right, common)
    return Binary(node.op, left, right, BOOL, node.span)


def _comparable(left: Type, right: Type) -> Type | None:
    if isinstance(left, Enum) and isinstance(right, Enum) and not set(left.members) & set(right.members):
        return None
    return join(left, right)


def _member(expr: Expr, other: Type, node: ast.Expr, context: Context) -> Expr:
    """A text literal beside an enum must be one of its members: another would never be equal."""
    if isinstance(node, ast.Text) and isinstance(other, Enum) and not is_poison(expr):
        return accept(expr, other, context, node.span)
    return expr


def _differ(node: ast.Binary, left: Expr, right: Expr, context: Context) -> Expr:
    context.problems.add(
        "FLOW318", f"`{node.op}` compares {left.type} with {right.type}", node.span,
        label=f"{quoted(node.left)} is {left.type}, {quoted(node.right)} is {right.type}",
        helps=_as_one(node, left.type, right.type),
    )  # fmt: skip
    return poison(node.span)


def _as_one(node: ast.Binary, left: Type, right: Type) -> tuple[str, ...]:
    one, other = node.left.span.text, node.right.span.text
    for type_, that, text in ((left, right, one), (right, left, other)):
        if type_ == STR and str(that) in ("int", "float", "date", "datetime", "path"):
            return (f"read it as {that}: {that}({text})",)
        if str(type_) == "datetime" and str(that) == "date":
            return (f"compare its date: {text}.date",)
    return ()


def _misplaced_not(node: ast.Binary, context: Context) -> bool:
    """`not a == b` is `(not a) == b`, which is seldom meant."""
    if not isinstance(node.left, ast.Unary) or node.left.op != "not" or node.left.grouped:
        return False
    operand = infer(node.left.operand, context)
    if is_poison(operand) or strip(operand.type) in (BOOL, ANY):
        return False
    inner = f"{node.left.operand.span.text} {node.op} {node.right.span.text}"
    context.problems.add(
        "FLOW305", f"`not` takes {quoted(node.left.operand)} alone, which is {operand.type}", node.left.span,
        helps=(f"with brackets: not ({inner})",),
    )  # fmt: skip
    return True


# ------------------------------------------------------------------ null


def null_test(node: ast.Binary, context: Context) -> Expr:
    """`x == null`, `x != null`: the one thing that may be asked of what may be missing."""
    asked = node.left if isinstance(node.right, ast.NullLiteral) else node.right
    expr = nullable(asked, context)
    if is_poison(expr):
        return poison(node.span)
    if not may_be_null(expr.type) and not isinstance(expr, Output):  # a task may be skipped for what it waits for
        truth = "false" if node.op == "==" else "true"
        context.problems.add(
            "FLOW318", f"{quoted(asked)} is {expr.type} and never null, so this is always {truth}", node.span
        )
        return poison(node.span)
    return IsNull(expr, node.op == "!=", BOOL, node.span)


def nullable(node: ast.Expr, context: Context) -> Expr:
    """An expression that may be missing, a field of something missing included."""
    return (
        read(node, context, nullable=True).expr if isinstance(node, ast.Name | ast.Attribute) else infer(node, context)
    )


# ------------------------------------------------------------------ in


def membership(node: ast.Binary, context: Context) -> Expr:
    """`x in xs`, on lists, ranges, parts of text and keys of maps."""
    if is_literal(node.left) and not is_literal(node.right):
        right = usable(infer(node.right, context), context, node.right.span)
        left = usable(infer(node.left, context, _element(right.type)), context, node.left.span)
    else:
        left = usable(infer(node.left, context), context, node.left.span)
        hint = Range(left.type) if isinstance(node.right, ast.Range) else ListOf(left.type)
        right = usable(infer(node.right, context, hint), context, node.right.span)
    if isinstance(node.right, ast.ListExpr) and isinstance(left.type, Enum) and not is_poison(right):
        right = accept(right, ListOf(left.type), context, node.right.span)
    element = _element(right.type)
    if element is not None:
        left = _member(left, element, node.left, context)
    if is_poison(left) or is_poison(right):
        return poison(node.span)
    if element is None:
        context.problems.add(
            "FLOW301", f"`{node.op}` looks into a list, a range, a str or a map, not {right.type}", node.right.span
        )  # fmt: skip
        return poison(node.span)
    common = _comparable(left.type, element)
    if common is None:
        return _differ(node, left, right, context)
    if isinstance(right.type, ListOf):
        right = convert(right, ListOf(common))
    return Binary(node.op, convert(left, common), right, BOOL, node.span)


def _element(type_: Type) -> Type | None:
    """What may be looked for in a value of this type."""
    match type_:
        case ListOf(item) | Range(item):
            return item
        case MapOf(key, _):
            return key
        case _ if fits(type_, STR):
            return STR
        case _:
            return ANY if type_ == ANY else None
