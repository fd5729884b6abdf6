"""Expressions, precedence already applied."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from flowc.syntax.ast.literals import (
    BoolLiteral,
    DateLiteral,
    DateTimeLiteral,
    DurationLiteral,
    FloatLiteral,
    IntLiteral,
    NullLiteral,
    SizeLiteral,
    Text,
    TimeLiteral,
)
from flowc.syntax.ast.names import Name, Node


@frozen
class ConnectionRef(Node):
    """`@warehouse`."""

    name: Name


@frozen
class Attribute(Node):
    """`stage.rows`."""

    value: Expr
    name: Name


@frozen
class Index(Node):
    """`xs[0]`, `sales[day - 6d .. day]`."""

    value: Expr
    index: Expr


@frozen
class Arg(Node):
    """`x` or `name: x`, in a call or a clause."""

    name: Name | None
    value: Expr


@frozen
class Call(Node):
    """`lake("orders")`, `name.lower()`."""

    function: Expr
    args: tuple[Arg, ...]


@frozen
class Unary(Node):
    """`-x`, `not x`."""

    op: UnaryOp
    operand: Expr
    grouped: bool = field(default=False, eq=False, repr=False)


@frozen
class Binary(Node):
    """Two operands; `a .. b` and `a ?? b` have shapes of their own. `grouped`: the user wrote brackets around it."""

    op: BinaryOp
    left: Expr
    right: Expr
    grouped: bool = field(default=False, eq=False, repr=False)


@frozen
class Range(Node):
    """`1 .. 10`, both ends in."""

    first: Expr
    last: Expr
    grouped: bool = field(default=False, eq=False, repr=False)


@frozen
class Coalesce(Node):
    """`a ?? b ?? c`: one flat chain; a chain in brackets inside it stays a choice of its own."""

    choices: tuple[Expr, ...]
    grouped: bool = field(default=False, eq=False, repr=False)


@frozen
class Ternary(Node):
    """`x if c else y`."""

    then: Expr
    condition: Expr
    otherwise: Expr
    grouped: bool = field(default=False, eq=False, repr=False)


@frozen
class ListExpr(Node):
    """`[a, b]`."""

    items: tuple[Expr, ...]


@frozen
class Comprehension(Node):
    """`[e for x in xs if c]`."""

    element: Expr
    name: Name
    iterable: Expr
    condition: Expr | None


@frozen
class Entry(Node):
    """`key: value` of a map; a bare word is a key, not a variable."""

    key: Name | Text
    value: Expr


@frozen
class MapExpr(Node):
    """`{ a: 1, "b c": 2 }`."""

    entries: tuple[Entry, ...]


UnaryOp = Literal["-", "not"]
BinaryOp = Literal["*", "/", "%", "+", "-", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"]
LiteralExpr = (
    IntLiteral | FloatLiteral | BoolLiteral | NullLiteral | DateLiteral | TimeLiteral | DateTimeLiteral
    | DurationLiteral | SizeLiteral | Text
)  # fmt: skip
Operation = Unary | Binary | Range | Coalesce | Ternary
Expr = (
    Name | ConnectionRef | LiteralExpr | Attribute | Index | Call | Operation | ListExpr | Comprehension | MapExpr
)  # fmt: skip
