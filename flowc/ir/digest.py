"""A digest of what a flow means: equal for graphs that differ only in the order of declarations and in places.

Defaults are left out, so a new attribute of the IR changes no digest of a flow that does not use it.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any, cast

from attrs import Attribute, Factory, fields, has

from flowc.ir.graph import AnyFailed, AnyOf, Asset, Connection, Graph, Group, Node, Program, Upstream

# Where the user's order says nothing: what is declared, waited for, or gathered under names.
_UNORDERED: dict[type, tuple[str, ...]] = {
    Program: ("graphs",),
    Graph: (
        *("params", "triggers", "nodes", "decisions", "loops", "groups", "pools", "connections", "assets", "schemas"),
        *("tags", "overrides"),
    ),
    Group: ("members",),
    Node: ("needs", "env", "reads", "windows", "writes", "tags", "overrides", "unbuilt"),
    Connection: ("settings",),
    Asset: ("tags", "unbuilt"),
    AnyOf: ("upstreams",),
    AnyFailed: ("upstreams",),
    Upstream: ("checks",),
}


def digest(value: Graph | Program) -> str:
    """64 hexadecimal digits. The folder of a program is no part of it."""
    return sha256(_text(value).encode()).hexdigest()


def telling(value: object) -> list[Attribute[Any]]:
    """The attributes of an IR value that are compared and are not their defaults."""
    return [each for each, default in _compared(type(value)) if getattr(value, each.name) != default]


@cache
def _compared(shape: type) -> tuple[tuple[Attribute[Any], object], ...]:
    """The attributes of a class that are compared, by name, with their defaults."""
    attributes = cast("tuple[Attribute[Any], ...]", fields(cast(Any, shape)))
    return tuple((each, default_of(each)) for each in attributes if each.init and each.eq)


def default_of(attribute: Attribute[Any]) -> object:
    """The default of an attribute; NOTHING if it must be given."""
    default = cast(object, attribute.default)
    return default.factory() if isinstance(default, Factory) and not default.takes_self else default  # pyright: ignore


def _text(value: object) -> str:
    """JSON in one way only: keys in order, no blanks, and what is unordered sorted by its own text."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return f"[{','.join(map(_text, cast(tuple[object, ...], value)))}]"
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    if isinstance(value, int | float | date | datetime | time | timedelta | Decimal):
        return f"[{_quoted(type(value).__name__)},{_quoted(repr(value))}]"
    if has(type(value)):
        return _object(value)
    raise TypeError(f"not a value of the IR: {value!r}")


def _object(value: object) -> str:
    shape = type(value)
    unordered = _UNORDERED.get(shape, ())
    found = [f'"":{_quoted(f"{shape.__module__}.{shape.__name__}")}']
    for name in sorted(each.name for each in telling(value)):
        part = cast(object, getattr(value, name))
        if name in unordered and isinstance(part, tuple):
            found.append(f"{_quoted(name)}:[{','.join(sorted(map(_text, cast(tuple[object, ...], part))))}]")
        elif (shape, name) != (Program, "root"):
            found.append(f"{_quoted(name)}:{_text(part)}")
    return f"{{{','.join(found)}}}"


_CONSTANTS = {None: "null", True: "true", False: "false"}
_quoted = json.JSONEncoder().encode
