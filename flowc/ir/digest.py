"""A digest of what a flow means: equal for graphs that differ only in the order of declarations and in places.

Defaults are left out, so a new attribute of the IR changes no digest of a flow that does not use it.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
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
    return sha256(_text(_plain(value)).encode()).hexdigest()


def telling(value: object) -> list[Attribute[Any]]:
    """The attributes of an IR value that are compared and are not their defaults."""
    return [
        attribute
        for attribute in cast("tuple[Attribute[Any], ...]", fields(cast(Any, type(value))))
        if attribute.init and attribute.eq and getattr(value, attribute.name) != default_of(attribute)
    ]


def default_of(attribute: Attribute[Any]) -> object:
    """The default of an attribute; NOTHING if it must be given."""
    default = cast(object, attribute.default)
    return default.factory() if isinstance(default, Factory) and not default.takes_self else default  # pyright: ignore


def _plain(value: object) -> object:
    if has(type(value)):
        unordered = _UNORDERED.get(type(value), ())
        found: dict[str, object] = {"": f"{type(value).__module__}.{type(value).__name__}"}
        for attribute in telling(value):
            if (type(value), attribute.name) != (Program, "root"):
                part = _plain(getattr(value, attribute.name))
                is_unordered = attribute.name in unordered and isinstance(part, list)
                found[attribute.name] = sorted(cast(list[object], part), key=_text) if is_unordered else part
        return found
    if isinstance(value, tuple):
        return [_plain(part) for part in cast(tuple[object, ...], value)]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | date | datetime | time | timedelta | Decimal):
        return [type(value).__name__, repr(value)]
    raise TypeError(f"not a value of the IR: {value!r}")


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
