"""What expressions of the language need beyond plain Python, one function for each thing.

Plain Python keeps the language's rules nearly everywhere; here is where it does not: whole numbers of 64 bits, exact
decimals, lists without negative indexes, JSON whose `true` is not `1`, text forms. Nothing here knows a flow or a run.
"""

from __future__ import annotations

import builtins
import json
import pathlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from .paths import path
from .reading import fits_64_bits, parse
from .texts import compact, plain, text

__all__ = [
    "abs",
    "add",
    "at",
    "coalesce",
    "contains",
    "days",
    "divide",
    "first",
    "int64",
    "join",
    "join_path",
    "last",
    "matches",
    "member",
    "multiply",
    "path",
    "round",
    "same",
    "subtract",
    "sum",
    "text",
    "to",
    "to_date",
    "to_datetime",
    "to_decimal",
    "to_float",
    "to_int",
    "to_json",
    "to_path",
    "to_str",
    "unique",
    "values",
]

_EXACT = Context(prec=10_000, rounding=ROUND_HALF_EVEN)
_DAY = timedelta(days=1)

# ------------------------------------------------------------------ numbers, sizes, dates


def int64(value: int) -> int:
    """The whole number, if it fits in 64 bits; OverflowError otherwise."""
    if not fits_64_bits(value):
        raise OverflowError(f"{value} does not fit in 64 bits")
    return value


def add(left: Any, right: Any) -> Any:
    """`left + right` of decimals (exactly), sizes, and a date and whole days."""
    if isinstance(left, Decimal):
        return _EXACT.add(left, right)
    if isinstance(left, date) and not isinstance(left, datetime):
        return left + _whole_days(right)
    return int64(left + right) if isinstance(left, int) else left + right


def subtract(left: Any, right: Any) -> Any:
    """`left - right` of decimals (exactly), sizes, and a date and whole days or another date."""
    if isinstance(left, Decimal):
        return _EXACT.subtract(left, right)
    if isinstance(left, date) and not isinstance(left, datetime) and isinstance(right, timedelta):
        return left - _whole_days(right)
    return int64(left - right) if isinstance(left, int) else left - right


def multiply(left: Any, right: Any) -> Any:
    """`left * right` of decimals (exactly), and of a size by a number, to the nearest byte."""
    if isinstance(left, Decimal):
        return _EXACT.multiply(left, right)
    found = left * right
    return int64(builtins.round(found)) if isinstance(found, (int, float)) else found


def divide(left: Any, right: Any) -> Any:
    """`left / right` of a size by a number, to the nearest byte; a path and what stands below it."""
    if isinstance(left, pathlib.PurePath):
        return join_path(left, right)
    if isinstance(left, int):
        return int64(builtins.round(left / right))
    return left / right


def join_path(folder: pathlib.PurePath, name: str) -> pathlib.Path:
    """`folder / name`, the folder's text untouched."""
    return path(f"{str(folder).rstrip('/')}/{name}" if str(folder) != "." and not name.startswith("/") else name)


def sum(values: Iterable[Any], start: Any = 0) -> Any:
    """The sum from left to right; of nothing it is `start`, the zero of the values' type."""
    total, *others = values or [start]
    for value in others:
        total = add(total, value)
    return total


def abs(value: Any) -> Any:
    """The distance from zero."""
    found = value.copy_abs() if isinstance(value, Decimal) else builtins.abs(value)
    return int64(found) if isinstance(found, int) else found


def round(value: Any, digits: int = 0) -> Any:
    """To so many digits after the point, half to even."""
    if isinstance(value, Decimal):
        return _EXACT.quantize(value, Decimal(1).scaleb(-digits))
    return builtins.round(value, digits)


def days(first: date, last: date) -> list[date]:
    """The dates from the first to the last, both in."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def to(moment: datetime, zone: str) -> datetime:
    """The same instant on the clocks of a zone; the offset is kept, the zone's name is not."""
    from zoneinfo import ZoneInfo

    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no zone, so it is no instant")
    local = moment.astimezone(ZoneInfo(zone))
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)))


def _whole_days(span: timedelta) -> timedelta:
    if span % _DAY:
        raise ValueError(f"a date moves by whole days, not by {text(span)}")
    return span


# ------------------------------------------------------------------ lists, maps, json


def at(container: Any, index: Any) -> Any:
    """The element of a list (counted from 0 only), or of a map; IndexError, KeyError or TypeError if there is none."""
    if isinstance(container, (list, tuple)):
        if not isinstance(index, int) or isinstance(index, bool):
            raise TypeError(f"a list is indexed by whole numbers, not by {index!r}")
        if not 0 <= index < len(container):  # pyright: ignore[reportUnknownArgumentType]
            raise IndexError(f"no element {index} in a list of {len(container)}")  # pyright: ignore
        return container[index]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(container, Mapping):
        if index not in container:
            raise KeyError(index)
        return container[index]  # pyright: ignore[reportUnknownVariableType]
    raise TypeError(f"{text(container)} has no elements")


def member(value: Any, name: str) -> Any:
    """`value.name` of json: null where it is absent."""
    return value.get(name) if isinstance(value, Mapping) else None  # pyright: ignore


def first(items: Sequence[Any]) -> Any:
    """The first element, or None."""
    return items[0] if items else None


def last(items: Sequence[Any]) -> Any:
    """The last element, or None."""
    return items[-1] if items else None


def values(entries: Mapping[str, Any]) -> list[Any]:
    """The values of a map, in the order of its keys."""
    return [entries[key] for key in sorted(entries)]


def unique(items: Iterable[Any]) -> list[Any]:
    """Each value once, where it stands first."""
    found: list[Any] = []
    seen: set[str] = set()
    for item in items:
        key = f"{type(item).__name__} {compact(plain(item))}"
        if key not in seen:
            seen.add(key)
            found.append(item)
    return found


def join(items: Iterable[Any], separator: str) -> str:
    """The text forms of the elements, in a row."""
    return separator.join(text(item) for item in items)


def same(left: Any, right: Any) -> bool:
    """Equality of json: `true` is not `1`, but `1` is `1.0`."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))  # pyright: ignore
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)  # pyright: ignore
    return left == right


def contains(items: Iterable[Any], value: Any) -> bool:
    """`value in items`, where these may hold json."""
    return any(same(item, value) for item in items)


def matches(value: Any, *patterns: Any) -> bool:
    """Whether a value is one of a `match` arm's constants, or lies in one of its ranges `(low, high)`, both ends in."""
    for pattern in patterns:
        if isinstance(pattern, tuple):
            low, high = pattern  # pyright: ignore[reportUnknownVariableType]
            if value is not None and low <= value <= high:
                return True
        elif same(value, pattern):
            return True
    return False


def coalesce(*parts: Callable[[], Any]) -> Any:
    """The value of the first part that is not None; parts behind it are not evaluated."""
    found = None
    for part in parts:
        found = part()
        if found is not None:
            return found
    return found


# ------------------------------------------------------------------ conversions


def to_str(value: Any) -> str:
    """The text form."""
    return text(value)


def to_int(value: Any) -> int:
    """A whole number from a text, a json number, or a float without a fraction; ValueError for what does not fit."""
    if isinstance(value, str):
        return parse(value, "int")
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and value == value // 1:
        return int64(int(value))
    raise ValueError(f"expected int, found {text(value)}")


def to_float(value: Any) -> float:
    """A float from a text or a number."""
    if isinstance(value, str):
        return parse(value, "float")
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return float(value)
    raise ValueError(f"expected float, found {text(value)}")


def to_decimal(value: Any) -> Decimal:
    """A decimal from a text, a whole number, or a json number by its shortest text."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise ValueError(f"expected decimal, found {text(value)}")
    return value if isinstance(value, Decimal) else parse(text(value), "decimal(38, 0)")


def to_date(value: Any) -> date:
    """A date from a text."""
    return _from_text(value, "date")


def to_datetime(value: Any) -> datetime:
    """A datetime from a text."""
    return _from_text(value, "datetime")


def to_path(value: Any) -> pathlib.Path:
    """A path from a text."""
    return _from_text(value, "path")


def to_json(value: Any) -> Any:
    """What a text of JSON says; any other value as JSON's own types."""
    if not isinstance(value, str):
        return plain(value)
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError(f"expected json, found {value!r}") from None


def _from_text(value: Any, type_: str) -> Any:
    if not isinstance(value, str):
        raise ValueError(f"expected {type_}, found {text(value)}")
    return parse(value, type_)
