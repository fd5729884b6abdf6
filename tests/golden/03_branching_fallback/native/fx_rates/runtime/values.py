"""Values that cross from one task to another: the one JSON text that carries each.

`encode` writes the text, `decode` reads it; `conform` comes before. Numbers, texts, booleans, null, lists and maps are
JSON's own; the rest is `{"$date": "2024-01-31"}` and its like.
"""

from __future__ import annotations

import base64
import json
import pathlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from . import types
from .conforming import Mismatch, conform
from .paths import Table
from .reading import parse
from .texts import datetime_text, decimal_text, duration_text, size_text
from .types import DecimalOf, ListOf, MapOf, OptionalOf, Record, Scalar, Type

__all__ = ["Mismatch", "carried", "conform", "decode", "encode"]


def encode(value: Any, type_: Type | str = "any") -> str:
    """The JSON text that carries a value of that type: keys sorted, no blanks."""
    return _written(carried(value, types.of(type_)))


def decode(text: str) -> Any:
    """The value that a text carries."""
    return _read(text)


def carried(value: Any, type_: Type) -> Any:
    """The value as JSON's own types, the others wrapped in `{"$type": text}`."""
    if type_ is _ANY and type(value) in _BARE:
        return value
    if isinstance(type_, OptionalOf):
        type_ = type_.item
    if isinstance(value, (list, tuple)):
        item = type_.item if isinstance(type_, ListOf) else _ANY
        return [carried(part, item) for part in cast("list[Any]", value)]
    if isinstance(value, dict):
        return _carried_map(cast("dict[str, Any]", value), type_)
    if isinstance(type_, Scalar) and type_.name == "size" and value is not None:
        return {"$size": size_text(value)}
    if isinstance(type_, Scalar) and type_.name == "table" and isinstance(value, str):
        return {"$table": value.handle if isinstance(value, Table) else str(value)}
    return _carried_leaf(value, type_)


def _carried_map(value: dict[str, Any], type_: Type) -> Any:
    fields = dict(type_.fields) if isinstance(type_, Record) else {}
    other = type_.value if isinstance(type_, MapOf) else _ANY
    found = {key: carried(part, fields.get(key, other)) for key, part in value.items()}
    if any(key.startswith("$") for key in found):
        return {"$map": [[key, found[key]] for key in sorted(found)]}
    return found


def _carried_leaf(value: Any, type_: Type) -> Any:
    if isinstance(value, Table):
        return {"$table": value.handle}
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return {"$decimal": decimal_text(value, type_ if isinstance(type_, DecimalOf) else None)}
    for kind, name, write in _WRAPPED:
        if isinstance(value, kind):
            return {name: write(value)}
    raise Mismatch(f"{type(value).__name__} cannot cross between tasks")


def _unwrap(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        ((name, text),) = found.items()
        if name == "$map":
            return dict(text)
        if name in _READ:
            return _READ[name](text)
    return found


def _reader(name: str) -> Callable[[str], Any]:
    return lambda text: parse(text, name)


_ANY = types.read("any")
_BARE = (str, int, float, bool, type(None))
_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_read = json.JSONDecoder(object_hook=_unwrap).decode
_WRAPPED: tuple[tuple[type, str, Callable[[Any], str]], ...] = (
    (datetime, "$datetime", datetime_text),
    (date, "$date", date.isoformat),
    (time, "$time", time.isoformat),
    (timedelta, "$duration", duration_text),
    (bytes, "$bytes", lambda value: base64.b64encode(value).decode("ascii")),
    (pathlib.PurePath, "$path", str),
)
_READ: dict[str, Callable[[str], Any]] = {
    "$decimal": Decimal,
    **{
        f"${name}": _reader(name) for name in ("date", "time", "datetime", "duration", "size", "bytes", "path", "table")
    },
}
