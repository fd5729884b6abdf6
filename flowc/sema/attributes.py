"""The table of attributes: what `.name` is on each type, fields of records and json included."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, Output
from flowc.ir.types import (
    ANY,
    DATE,
    FLOAT,
    INT,
    JSON,
    PATH,
    STR,
    TIME,
    Decimal,
    Enum,
    ListOf,
    MapOf,
    Record,
    Scalar,
    Table,
    Type,
)
from flowc.sema import habits
from flowc.sema.context import Context
from flowc.sema.infer import quoted
from flowc.sema.methods import METHODS
from flowc.sema.relations import optional
from flowc.syntax import ast

_DATE: dict[str, Type] = dict.fromkeys(("year", "month", "day", "weekday", "week", "quarter"), INT)
_DATETIME: dict[str, Type] = {**_DATE, **dict.fromkeys(("hour", "minute", "second"), INT), "date": DATE, "time": TIME}
_SCALARS: Mapping[str, Mapping[str, Type]] = {
    "date": _DATE,
    "datetime": _DATETIME,
    "duration": {"seconds": FLOAT},
    "size": {"bytes": INT},
    "path": {"name": STR, "stem": STR, "suffix": STR, "parent": PATH},
}
_LISTS: Mapping[str, Callable[[ListOf], Type]] = {
    name: lambda type_: optional(type_.item) for name in ("first", "last")
}
_MAPS: Mapping[str, Callable[[MapOf], Type]] = {
    "keys": lambda type_: ListOf(type_.key),
    "values": lambda type_: ListOf(type_.value),
}


def shape(type_: Type) -> str:
    """The word by which the tables of attributes and methods know a type."""
    match type_:
        case Scalar(name):
            return name
        case Enum():
            return "str"
        case ListOf():
            return "list"
        case MapOf():
            return "map"
        case Decimal():
            return "decimal"
        case Table():
            return "table"
        case _:
            return str(type_)


def attributes(type_: Type) -> tuple[str, ...]:
    """The names that stand after the dot of such a value."""
    match type_:
        case Record(fields):
            return tuple(field.name for field in fields)
        case ListOf():
            return tuple(_LISTS)
        case MapOf():
            return tuple(_MAPS)
        case _:
            return tuple(_SCALARS.get(shape(type_), ()))


def attribute_type(type_: Type, name: str) -> Type | None:
    """The type of `value.name`; None if there is no such thing."""
    match type_:
        case Record():
            field = type_.field(name)
            return field.type if field else None
        case ListOf():
            return _LISTS[name](type_) if name in _LISTS else None
        case MapOf():
            return _MAPS[name](type_) if name in _MAPS else None
        case _ if type_ in (JSON, ANY):
            return type_
        case _:
            return _SCALARS.get(shape(type_), {}).get(name)


def report_no_attribute(operand: Expr, hop: ast.Attribute, context: Context) -> None:
    """FLOW204, with the names that there are."""
    type_, name = operand.type, hop.name
    known, source = attributes(type_), hop.value.span.text
    near = closest(name.text, known)
    helps: tuple[str, ...] = ()
    if name.text in METHODS.get(shape(type_), ()):
        helps = (f"it is called: {hop.span.text}(...)",)
    elif near:
        helps = (f"did you mean `{near}`?",)
    elif said := habits.member(name.text, source, METHODS.get(shape(type_), ())):
        helps = (said,)
    elif isinstance(type_, MapOf):
        helps = (f'the value of a key: {source}["{name.text}"]',)
    elif isinstance(type_, ListOf) and attribute_type(type_.item, name.text) is not None:
        helps = (f"of each element: [each.{name.text} for each in {source}]",)
    elif known:
        helps = ("it has " + ", ".join(f"`{each}`" for each in known),)
    gathered = isinstance(operand, Output) and operand.gathered
    notes = ("outside of its loop a task's output is the list of all values",) if gathered else ()
    context.problems.add(
        "FLOW204", f"{quoted(hop.value)} is {type_}, which has no `{name.text}`", name.span, helps=helps, notes=notes
    )
