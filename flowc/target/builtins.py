"""The language's attributes, methods and functions as Python, by the type that they stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flowc.ir.types import ANY, JSON, Decimal, Enum, ListOf, MapOf, Optional, Record, Scalar, Table, Type
from flowc.target.code import ADD, MULTIPLY, Code, attribute, call, element, infix, method, support
from flowc.target.literals import string


def family(kind: Type) -> str:
    """The name that rules are listed under: `int`, `list`, `record`, ... An optional counts as what it holds."""
    match kind:
        case Scalar(name=name):
            return name
        case Optional(item=item):
            return family(item)
        case Decimal():
            return "decimal"
        case ListOf():
            return "list"
        case MapOf():
            return "map"
        case Record():
            return "record"
        case Enum():
            return "str"
        case Table():
            return "table"
        case _:
            return str(kind)


def holds_json(kind: Type) -> bool:
    """Whether a value may hold json, where Python's `==` would take `true` for `1`."""
    match kind:
        case Optional(item=item) | ListOf(item=item) | MapOf(value=item):
            return holds_json(item)
        case Record(fields=fields):
            return any(holds_json(field.type) for field in fields)
        case _:
            return kind in (JSON, ANY)


# ------------------------------------------------------------------ attributes


def _plain(name: str) -> Callable[[Code], Code]:
    return lambda operand: attribute(operand, name)


def _called(name: str) -> Callable[[Code], Code]:
    return lambda operand: method(operand, name)


def _helped(name: str) -> Callable[[Code], Code]:
    return lambda operand: support(name, operand)


_DAY: Mapping[str, Callable[[Code], Code]] = {
    "year": _plain("year"),
    "month": _plain("month"),
    "day": _plain("day"),
    "weekday": _called("isoweekday"),
    "week": lambda operand: attribute(method(operand, "isocalendar"), "week"),
    "quarter": lambda operand: _quarter(operand),
}
_ATTRIBUTES: Mapping[str, Mapping[str, Callable[[Code], Code]]] = {
    "date": _DAY,
    "datetime": {
        **_DAY,
        "hour": _plain("hour"),
        "minute": _plain("minute"),
        "second": _plain("second"),
        "date": _called("date"),
        "time": _called("time"),
    },
    "duration": {"seconds": _called("total_seconds")},
    "size": {"bytes": lambda operand: operand},
    "path": {"name": _plain("name"), "stem": _plain("stem"), "suffix": _plain("suffix"), "parent": _plain("parent")},
    "list": {"first": _helped("first"), "last": _helped("last")},
    "map": {"keys": lambda operand: call("sorted", operand), "values": _helped("values")},
    "asset": {"name": lambda operand: call("str", operand)},
    "table": {"name": lambda operand: call("str", operand)},
}


def _quarter(operand: Code) -> Code:
    return infix("//", infix("+", attribute(operand, "month"), Code("2"), ADD), Code("3"), MULTIPLY)


def attribute_of(operand: Code, kind: Type, name: str) -> Code:
    """`operand.name`: a built-in attribute, a record's field, or a json's member."""
    known = _ATTRIBUTES.get(family(kind), {})
    if name in known:
        return known[name](operand)
    if family(kind) == "record":
        return element(operand, Code(string(name)))
    return support("member", operand, Code(string(name)))


# ------------------------------------------------------------------ methods

_RENAMED = {"starts": "startswith", "ends": "endswith"}


def method_of(operand: Code, kind: Type, name: str, args: tuple[Code, ...]) -> Code:
    """`operand.name(args)`."""
    match family(kind), name:
        case "str", _:
            return method(operand, _RENAMED.get(name, name), *args)
        case "list", "join" if isinstance(kind, ListOf) and family(kind.item) == "str":
            return method(args[0], "join", operand)
        case "list", "sorted":
            return call("sorted", operand)
        case "list", "reversed":
            return element(operand, Code("::-1"))
        case (("date" | "datetime"), "format"):
            return method(operand, "strftime", *args)
        case _:
            return support(name, operand, *args)


# ------------------------------------------------------------------ functions


_ZEROS = {"float": "0.0", "decimal": "Decimal(0)", "duration": "timedelta(0)"}
_HOMES = {"decimal": ("decimal", "Decimal"), "duration": ("datetime", "timedelta")}


def call_of(function: str, args: tuple[Code, ...], types: tuple[Type, ...]) -> Code:
    """`function(args)`."""
    match function:
        case "len" | "min" | "max":
            return call(function, *args)
        case "abs" | "round" if not any(family(kind) == "decimal" for kind in types):
            return call(function, *args)
        case "sum":
            return _sum(args[0], types[0])
        case "int" | "float" | "decimal" | "date" | "datetime" | "path" | "json":
            return support(f"to_{function}", *args)
        case _:
            return support(function, *args)


def _sum(items: Code, kind: Type) -> Code:
    """Python's own `sum` of floats differs between its versions, and that of decimals rounds."""
    item = family(kind.item) if isinstance(kind, ListOf) else "int"
    if item not in _ZEROS:
        return call("sum", items)
    zero = Code(_ZEROS[item], imports=frozenset({_HOMES[item]} if item in _HOMES else ()))
    return support("sum", items, zero)
