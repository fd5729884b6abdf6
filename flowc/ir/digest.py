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
from flowc.ir.memo import remembered

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
    return _of_graph(value) if isinstance(value, Graph) else _digest(value)


@remembered
def _of_graph(graph: Graph) -> str:
    return _digest(graph)


def _digest(value: object) -> str:
    return sha256(_text(value).encode()).hexdigest()


def said(value: object) -> list[tuple[str, object]]:
    """The attributes of an IR value that are compared and are not their defaults, each with what it holds."""
    held = ((each.name, getattr(value, each.name), default) for each, default in _compared(type(value)))
    return [(name, part) for name, part, default in held if part is not default and part != default]


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
    shape = type(value)
    if shape is str:
        return _quoted(cast(str, value))
    if shape is tuple:
        return f"[{','.join(map(_text, cast(tuple[object, ...], value)))}]"
    if value is None or shape is bool:
        return _CONSTANTS[cast("bool | None", value)]
    if shape in _NUMBERS:
        return f"[{_quoted(shape.__name__)},{_quoted(repr(value))}]"
    if has(shape):
        return _object(value)
    raise TypeError(f"not a value of the IR: {value!r}")


def _object(value: object) -> str:
    found = [_head(type(value))]
    for name, key, default, is_unordered in _entries(type(value)):
        part = getattr(value, name)
        if part is default or part == default:
            continue
        texts = map(_text, cast(tuple[object, ...], part)) if is_unordered else ()
        found.append(f"{key}[{','.join(sorted(texts))}]" if is_unordered else key + _text(part))
    return f"{{{','.join(found)}}}"


@cache
def _head(shape: type) -> str:
    return f'"":{_quoted(f"{shape.__module__}.{shape.__name__}")}'


@cache
def _entries(shape: type) -> tuple[tuple[str, str, object, bool], ...]:
    """Of each attribute that counts, by name: the name, its key, its default, and whether its order says nothing."""
    unordered = _UNORDERED.get(shape, ())
    names = {each.name: default for each, default in _compared(shape) if (shape, each.name) != (Program, "root")}
    return tuple((name, f"{_quoted(name)}:", names[name], name in unordered) for name in sorted(names))


_NUMBERS = frozenset({int, float, date, datetime, time, timedelta, Decimal})
_CONSTANTS = {None: "null", True: "true", False: "false"}
_quoted = json.encoder.encode_basestring_ascii
