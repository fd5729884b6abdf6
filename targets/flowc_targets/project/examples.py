"""How a flow is started by hand: its params that have to be given, each with an example of its type."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import assert_never

from flowc.ir.expr import Convert, Expr, Lit
from flowc.ir.graph import Graph, Parameter
from flowc.ir.types import (
    Decimal,
    Enum,
    ListOf,
    MapOf,
    Optional,
    Range,
    Record,
    Scalar,
    ScalarName,
    Special,
    Table,
    Type,
)
from flowc.runtime import types
from flowc.runtime.texts import plain
from flowc.target.types import spelled

_SCALARS: dict[ScalarName, object] = {
    "str": "text",
    "int": 1,
    "float": 1.5,
    "bool": True,
    "date": "2024-01-31",
    "time": "06:00:00",
    "datetime": "2024-01-31T06:00:00Z",
    "duration": "15m",
    "size": "4GiB",
    "path": "folder/file.csv",
    "json": {},
    "bytes": "dGV4dA==",
    "secret": "text",
}


def required(graph: Graph, named: Callable[[str], str] = str) -> dict[str, object]:
    """The params that have no default, by the engine's names for them, as JSON holds their values."""
    return {named(param.name): _value(param) for param in graph.params if param.default is None}


def posted(graph: Graph, named: Callable[[str], str] = str) -> dict[str, object]:
    """What a run for something posted is given: what has to be, and the event, which other runs may do without."""
    given = (param for param in graph.params if param.default is None or param.given == "event")
    return {named(param.name): _value(param) for param in given}


def word(value: object) -> str:
    """JSON as one word of a shell."""
    return shlex.quote(json.dumps(value, ensure_ascii=False))


def _value(param: Parameter) -> object:
    """An end of its range, where it has one."""
    for end in (param.low, param.high):
        if end is not None and (constant := _constant(end)) is not None:
            return plain(constant, types.read(spelled(param.type)))
    return example(param.type)


def _constant(expr: Expr) -> object:
    match expr:
        case Lit(value=value):
            return value
        case Convert(operand=operand):
            return _constant(operand)
        case _:
            return None


def example(kind: Type) -> object:
    """A value of a type, as JSON holds it."""
    match kind:
        case Scalar(name=name):
            return _SCALARS[name]
        case Decimal(scale=scale):
            return f"1.{'5'.ljust(scale, '0')}" if scale else "1"
        case Enum(members=members):
            return members[0]
        case ListOf(item=item):
            return [example(item)]
        case MapOf(key=key, value=value):
            return {str(example(key)): example(value)}
        case Optional(item=item):
            return example(item)
        case Record(fields=fields):
            return {field.name: example(field.type) for field in fields}
        case Table():
            return "orders"
        case Special() | Range():
            return None
        case _:
            assert_never(kind)
