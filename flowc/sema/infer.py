"""The heart of the typer: `infer` gives a tree of syntax its type, each shape by the module that registers it.

A `hint` is the type that the surroundings would like. A literal takes it on where it can (`"a"` a path, `1` a float);
otherwise it means nothing: whether the result fits is for `accept` to say.
"""

from __future__ import annotations

from functools import singledispatch

from flowc.ir.expr import Expr, Lit
from flowc.ir.types import ANY, Type
from flowc.sema.context import Context
from flowc.source import Span
from flowc.syntax import ast


@singledispatch
def infer(node: ast.Expr, context: Context, hint: Type | None = None) -> Expr:
    """The typed expression of `node`. Problems are reported; what cannot be typed comes back as `poison`."""
    raise TypeError(f"no typer for {type(node).__name__}")


def poison(at: Span) -> Expr:
    """What stands for an expression that has been reported: of type `any`, so that no error follows from it."""
    return Lit(None, ANY, at)


def is_poison(expr: Expr) -> bool:
    """The expression has been reported already."""
    return isinstance(expr, Lit) and expr.value is None and expr.type == ANY


LITERALS = (ast.Text, ast.IntLiteral, ast.FloatLiteral, ast.NullLiteral, ast.ListExpr, ast.MapExpr)


def is_literal(node: ast.Expr) -> bool:
    """What can take on a type from its surroundings."""
    return isinstance(node, LITERALS) or (isinstance(node, ast.Unary) and isinstance(node.operand, LITERALS))


def quoted(node: ast.Expr | Span) -> str:
    """The source of an expression in backticks, or `this value` when it is long."""
    text = (node if isinstance(node, Span) else node.span).text
    return f"`{text}`" if text and len(text) <= 40 and "\n" not in text else "this value"
