"""The text form of values: one form for holes, argv, environment variables and, bare at the top, traces.

`15m`, `4GiB`, `2024-01-31`, `2024-01-01T06:00:00Z`, compact JSON for lists, maps, records and json.
`reading` is the way back.
"""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import Any, cast

from . import types
from .types import DecimalOf, ListOf, MapOf, OptionalOf, Record, Scalar, Type

MICROSECONDS = (
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("m", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1000),
    ("us", 1),
)
BYTES = (("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10), ("B", 1))
_EXACT = Context(prec=10_000)


def text(value: Any, type_: Type | str | None = None) -> str:
    """The text form. The type is needed where Python's own does not tell: a size, the digits of a decimal."""
    found = types.of(type_) if type_ is not None else None
    if isinstance(found, OptionalOf):
        found = found.item
    if value is None:
        return "null"
    if isinstance(value, str):
        return str(value) if not is_json(found) else compact(value)
    if isinstance(value, (list, tuple, dict)) or is_json(found):
        return compact(plain(value, found))
    return leaf(value, found)


def leaf(value: Any, type_: Type | None = None) -> str:
    """The text form of what is neither null, text, list nor map."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return size_text(value) if isinstance(type_, Scalar) and type_.name == "size" else str(value)
    if isinstance(value, datetime):
        return datetime_text(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, Decimal):
        return decimal_text(value, type_ if isinstance(type_, DecimalOf) else None)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return repr(value) if isinstance(value, float) else str(value)


def plain(value: Any, type_: Type | None = None) -> Any:
    """The value as JSON's own types; everything that JSON has not becomes its text form."""
    if isinstance(type_, OptionalOf):
        type_ = type_.item
    if isinstance(value, (list, tuple)):
        parts = cast("list[Any]", value)
        item = type_.item if isinstance(type_, ListOf) else None
        return [plain(part, item) for part in parts]
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        fields = dict(type_.fields) if isinstance(type_, Record) else {}
        other = type_.value if isinstance(type_, MapOf) else None
        return {str(key): plain(part, fields.get(key, other)) for key, part in entries.items()}
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int) and not (isinstance(type_, Scalar) and type_.name == "size"):
        return value
    return str(value) if isinstance(value, str) else leaf(value, type_)


def compact(value: Any) -> str:
    """JSON with keys in code point order and no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def datetime_text(value: datetime) -> str:
    """`2024-01-01T06:00:00+01:00`, a fraction only where there is one, UTC as `Z`."""
    written = value.isoformat()
    return written[:-6] + "Z" if written.endswith("+00:00") else written


def duration_text(value: timedelta) -> str:
    """`1h30m`: greatest unit first, no zero parts, `0s`, `-5m`."""
    left = (value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds
    sign, left = ("-", -left) if left < 0 else ("", left)
    parts: list[str] = []
    for unit, size in MICROSECONDS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return sign + "".join(parts) if parts else "0s"


def size_text(value: int) -> str:
    """`4GiB`: in the largest unit that is exact."""
    unit, size = next((unit, size) for unit, size in BYTES if value % size == 0) if value else ("B", 1)
    return f"{value // size}{unit}"


def decimal_text(value: Decimal, type_: DecimalOf | None) -> str:
    """Without exponent, with the type's digits; ValueError where that is not exact."""
    if not value.is_finite():
        raise ValueError(f"{value} is no number")
    if type_ is None:
        return format(value, "f")
    digits = value.scaleb(type_.scale, _EXACT)
    if digits != digits.to_integral_value():
        raise ValueError(f"{format(value, 'f')} has more than {type_.scale} digits after the point")
    if abs(digits) >= 10**type_.precision:
        raise ValueError(f"{format(value, 'f')} is too large for {type_}")
    whole = int(digits)
    written = str(abs(whole)).rjust(type_.scale + 1, "0")
    point = len(written) - type_.scale
    sign = "-" if value.is_signed() and whole else ""
    return sign + (written[:point] + "." + written[point:] if type_.scale else written)


def is_json(type_: Type | None) -> bool:
    """Whether the type's values are written as JSON, texts included."""
    return isinstance(type_, Scalar) and type_.name in ("json", "any")
