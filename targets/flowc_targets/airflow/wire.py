"""Values as XComs hold them: plain JSON, and the type of a value tells how to read it.

A database may keep `3.0` as `3` and `-0.0` as `0`, so floats are read by their type, and where no type tells a float
from a whole number JSON goes as its text. Copied into projects.
"""

from __future__ import annotations

import json
from typing import Any, cast

from flowc.runtime import types
from flowc.runtime.reading import from_json
from flowc.runtime.texts import compact, plain
from flowc.runtime.values import carried, conform, decode

_TEXT = "$json"


def to_xcom(value: Any, type: str) -> Any:
    """The value as plain JSON, once it is of the type; Mismatch says why it is not."""
    found = types.of(type)
    fit = conform(value, found)
    return _keep(carried(fit, found) if _is_untyped(found) else plain(fit, found), found)


def from_xcom(value: Any, type: str) -> Any:
    """The value of that type that an XCom holds; None stays None."""
    if value is None:
        return None
    found = types.of(type)
    held = _free(value, found)
    return decode(json.dumps(held)) if _is_untyped(found) else from_json(held, found)


def _is_untyped(type: types.Type) -> bool:
    """Whether a part of the value is of no known type, so that the XCom itself has to tell a date from a text."""
    return any(part == types.Scalar("any") for part in _parts(type))


def _parts(type: types.Type) -> list[types.Type]:
    if isinstance(type, types.Record):
        return [part for _, field in type.fields for part in _parts(field)]
    if isinstance(type, (types.OptionalOf, types.ListOf)):
        return _parts(type.item)
    return _parts(type.value) if isinstance(type, types.MapOf) else [type]


def _keep(value: Any, type: types.Type) -> Any:
    """The value with what a database may change put as text."""
    if value is None:
        return None
    inner = type.item if isinstance(type, types.OptionalOf) else type
    if isinstance(inner, types.ListOf):
        return [_keep(item, inner.item) for item in value]
    if isinstance(inner, types.MapOf):
        return {key: _keep(item, inner.value) for key, item in value.items()}
    if isinstance(inner, types.Record):
        return {name: _keep(value[name], field) for name, field in inner.fields}
    if inner == types.Scalar("float"):
        return "-0.0" if str(value) == "-0.0" else value
    if inner in (types.Scalar("json"), types.Scalar("any")) and _has_whole_floats(value):
        return {_TEXT: compact(value)}
    return value


def _free(value: Any, type: types.Type) -> Any:
    """The way back."""
    if value is None:
        return None
    inner = type.item if isinstance(type, types.OptionalOf) else type
    if isinstance(inner, types.ListOf) and isinstance(value, list):
        return [_free(item, inner.item) for item in cast("list[Any]", value)]
    if isinstance(inner, types.MapOf) and isinstance(value, dict):
        return {key: _free(item, inner.value) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(inner, types.Record) and isinstance(value, dict):
        fields = dict(inner.fields)
        return {name: _free(item, fields[name]) for name, item in cast("dict[str, Any]", value).items()}
    if inner == types.Scalar("float"):
        return float(value)
    held = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    return json.loads(held[_TEXT]) if set(held) == {_TEXT} else cast(Any, value)


def _has_whole_floats(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_whole_floats, cast("list[Any]", value)))
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value)
        return set(items) == {_TEXT} or any(map(_has_whole_floats, items.values()))
    return isinstance(value, float) and value == value // 1
