"""What comes of reading a name: a value, and what of the path is left."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from flowc.diagnostics import Label
from flowc.ir.expr import Expr
from flowc.ir.graph import Scope as Place
from flowc.ir.types import Type
from flowc.sema.context import Context
from flowc.sema.infer import poison
from flowc.source import Span
from flowc.syntax import ast


@frozen
class Reading:
    """A value as it is read here; where its task stands it has the type `bare`, and `residual` lies between."""

    expr: Expr
    bare: Type
    residual: Place = ()


Hops = list[ast.Attribute]
Opened = tuple[Reading, Hops]
"""The value that the first names of a path stand for, and the fields of it that are left."""


def plain(expr: Expr) -> Reading:
    """A value that is the same wherever it is read."""
    return Reading(expr, expr.type)


def refused(
    code: str, message: str, span: Span, context: Context, *, help: str = "", related: Iterable[Label] = ()
) -> Opened:
    """No value: the reason is reported."""
    context.problems.add(code, message, span, helps=(help,) if help else (), related=related)
    return plain(poison(span)), []
