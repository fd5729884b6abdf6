"""Typed expressions: what is computed where a task, a condition or a `return` is evaluated.

Every node has its `type`, and `at`, its place in the source; places don't count when expressions are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal as Number
from functools import cache
from typing import Literal, TypeGuard, cast, get_args

from attrs import field, fields, frozen
from attrs import field as _field  # `Output` has a `field` of its own

from flowc.ir.types import BOOL, STR, Type
from flowc.source import Span

Constant = str | int | float | bool | None | date | time | datetime | timedelta | Number
BinaryOp = Literal["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or", "in", "not in"]


@frozen
class Lit:
    """A constant. A size is its bytes, a path its text, an enum member its text; `type` tells which."""

    value: Constant
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Param:
    """A parameter of the flow (run-start)."""

    name: str
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Run:
    """`run.id`, `run.date`, ... (run-start; `run.error` and its like in handlers)."""

    name: str
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Output:
    """The value of a node, or one field of its several outputs.

    `gathered` is how many loops the reader stands outside of: that many list levels.
    """

    node: str
    field: str | None
    gathered: int
    type: Type
    at: Span | None = _field(default=None, eq=False, repr=False)


@frozen
class Item:
    """What a loop hands out for an element: `item` (a value), `index` (of a list, from 0) or `key` (of a map)."""

    loop: str
    role: Literal["item", "index", "key"]
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Local:
    """The variable of a comprehension."""

    name: str
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Text:
    """A string with holes, in source order. How a hole is written out is its kind's."""

    parts: tuple[str | Expr, ...]
    type: Type = STR
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class List:
    """`[a, b]`."""

    items: tuple[Expr, ...]
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Map:
    """`{a: 1, "b c": 2}`, and records by their field names."""

    entries: tuple[tuple[str, Expr], ...]
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Unary:
    """`-x`, `not x`."""

    op: Literal["-", "not"]
    operand: Expr
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Binary:
    """Two operands and an operator; both operands have been brought to types that the operator takes."""

    op: BinaryOp
    left: Expr
    right: Expr
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Between:
    """`low .. high`, both ends in: as a list, a pattern, or after `in`."""

    low: Expr
    high: Expr
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Choose:
    """`then if condition else otherwise`; both sides are read, one is evaluated."""

    condition: Expr
    then: Expr
    otherwise: Expr
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Coalesce:
    """`a ?? b ?? c`: the first that is neither skipped nor null (rule 2)."""

    parts: tuple[Expr, ...]
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class IsNull:
    """`x == null`, or `x != null` where `negated`; a skipped `x` reads as null (rule 2)."""

    operand: Expr
    negated: bool
    type: Type = BOOL
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Attr:
    """A built-in attribute (`d.year`, `p.stem`, `xs.first`), a field of a record, or of json."""

    operand: Expr
    name: str
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Method:
    """A built-in method: `s.upper()`, `xs.join(",")`, `d.format("%Y")`."""

    operand: Expr
    name: str
    args: tuple[Expr, ...]
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Call:
    """A built-in function: `len`, `min`, `round`, `int`, `ident`, `table`, ..."""

    function: str
    args: tuple[Expr, ...]
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Index:
    """`xs[i]`, `m[k]`, `j[i]`; what is not there fails the attempt."""

    operand: Expr
    index: Expr
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Convert:
    """An implicit conversion: int to float, T to T?, text to path, and so on. Its operand's type says from what."""

    operand: Expr
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Comprehension:
    """`[value for variable in over if condition]`."""

    value: Expr
    variable: str
    over: Expr
    condition: Expr | None
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Secret:
    """`secret("NAME")`, read where the task runs."""

    name: str
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Env:
    """`env("NAME", default)`, read where the task runs."""

    name: str
    default: Expr | None
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Asset:
    """An asset as a value: its handle."""

    name: str
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Connection:
    """A connection as a value: its settings, for a Python task."""

    name: str
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Hole:
    """A place for a value that `build` fills in: a `let`, a template's or function's parameter. Never in a Graph."""

    name: str
    binder: int
    type: Type
    at: Span | None = field(default=None, eq=False, repr=False)


Expr = (
    Lit
    | Param
    | Run
    | Output
    | Item
    | Local
    | Text
    | List
    | Map
    | Unary
    | Binary
    | Between
    | Choose
    | Coalesce
    | IsNull
    | Attr
    | Method
    | Call
    | Index
    | Convert
    | Comprehension
    | Secret
    | Env
    | Asset
    | Connection
    | Hole
)


def children(expr: Expr) -> list[Expr]:
    """The direct sub-expressions, in source order."""
    found: list[Expr] = []
    for name in _parts(type(expr)):
        _collect(getattr(expr, name), found)
    return found


def is_expr(value: object) -> TypeGuard[Expr]:
    """As `isinstance(value, Expr)`, which asks one class after the other."""
    return type(value) in _CLASSES


def _collect(value: object, found: list[Expr]) -> None:
    """A field is an expression, a tuple of them, of (key, expression) pairs, or something else."""
    if is_expr(value):
        found.append(value)
    elif type(value) is tuple:
        for part in cast(tuple[object, ...], value):
            _collect(part, found)


_CLASSES: frozenset[type] = frozenset(get_args(Expr))


@cache
def _parts(shape: type[Expr]) -> tuple[str, ...]:
    """The fields of a class that may hold expressions: those whose annotation speaks of them."""
    return tuple(attribute.name for attribute in fields(shape) if "Expr" in str(attribute.type))


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything in it, outermost first."""
    if not _parts(type(expr)):
        yield expr
        return
    waiting = [expr]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += children(found)[::-1]
