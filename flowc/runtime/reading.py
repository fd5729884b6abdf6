"""Values read from text: params on the command line, what a script printed, literals in JSON.

The forms are those that `texts` writes, ISO's, and those of the language: `1_000`, `1h30m`, `PT90M`, `06:00`, `1.5GiB`.
"""

from __future__ import annotations

import base64
import json
import re
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from . import types
from .paths import path, read_table
from .texts import BYTES, MICROSECONDS, is_json
from .types import DecimalOf, EnumOf, ListOf, MapOf, OptionalOf, Record, Scalar, Type

_ALL_BYTES = dict(BYTES) | {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_ISO_DURATION = re.compile(
    r"(-)?P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,6}))?S)?)?"
)
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d(:\d\d)?)?")


def parse(said: str, type_: Type | str) -> Any:
    """The value that a text gives for a type, as on the command line; ValueError says what was expected."""
    found = types.of(type_)
    if isinstance(found, OptionalOf):
        return None if said == "null" else parse(said, found.item)
    if isinstance(found, (ListOf, MapOf, Record)) or is_json(found):
        try:
            return from_json(read_json(said, parse_constant=_no_constant), found)
        except json.JSONDecodeError as error:
            raise ValueError(f"expected {found} as JSON, found {said!r} ({error.msg})") from None
    return _leaf(said, found)


def read_json(said: str, **options: Any) -> Any:
    """What JSON says; ValueError also where it is nested deeper than it can be read."""
    try:
        return json.loads(said, **options)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def from_json(value: Any, type_: Type | str) -> Any:
    """The value that plain JSON gives for a type: texts are read where JSON has no such type."""
    found = types.of(type_)
    if isinstance(found, OptionalOf):
        return None if value is None else from_json(value, found.item)
    if isinstance(found, ListOf) and isinstance(value, list):
        return [from_json(item, found.item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(found, MapOf) and isinstance(value, dict):
        items: list[tuple[str, Any]] = list(value.items())  # pyright: ignore[reportUnknownArgumentType]
        return {_leaf(key, found.key): from_json(item, found.value) for key, item in items}
    if isinstance(found, Record) and isinstance(value, dict):
        return _record(value, found)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, str) and not is_json(found) and found not in _TEXTLESS:
        return _leaf(value, found)
    if isinstance(found, DecimalOf) and isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_number(value, found)
    return value


def _of_number(value: float, type_: DecimalOf) -> Decimal:
    """A number of JSON has some 15 digits wherever it is read; with more of them it may not be what was written."""
    found = Decimal(repr(value))
    if isinstance(value, float) and len(found.as_tuple().digits) > _FLOAT_DIGITS:
        raise ValueError(f"expected {type_}, found the number {value!r}: with so many digits give it as a text")
    return found


def _record(value: dict[str, Any], type_: Record) -> dict[str, Any]:
    fields = dict(type_.fields)
    if set(value) != set(fields):
        raise ValueError(f"expected {type_}, found the names {', '.join(sorted(value)) or 'of nothing'}")
    return {name: from_json(value[name], fields[name]) for name in fields}


def _leaf(said: str, type_: Type) -> Any:
    if isinstance(type_, EnumOf):
        if said not in type_.members:
            raise ValueError(f"expected {type_}, found {said!r}")
        return said
    name = "decimal" if isinstance(type_, DecimalOf) else type_.name if isinstance(type_, Scalar) else "json"
    try:
        return _READERS[name](said)
    except (ValueError, ArithmeticError):
        raise ValueError(f"expected {type_}, found {said!r}") from None


def fits_64_bits(value: int) -> bool:
    """Whether a whole number may cross. (A `range` would be searched one by one for a subclass of `int`.)"""
    return -(2**63) <= value < 2**63


def _whole(said: str) -> int:
    if not re.fullmatch(r"[+-]?\d(_?\d)*", said, re.ASCII) or not fits_64_bits(int(said)):
        raise ValueError
    return int(said)


def _float(said: str) -> float:
    if not re.fullmatch(r"[+-]?(\d(_?\d)*\.?\d*|\.\d+)([eE][+-]?\d+)?", said, re.ASCII):
        raise ValueError
    found = float(said)
    if found in (float("inf"), float("-inf")):
        raise ValueError
    return found


def _bool(said: str) -> bool:
    if said not in ("true", "false"):
        raise ValueError
    return said == "true"


def _date(said: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", said, re.ASCII):
        raise ValueError
    return date.fromisoformat(said)


def _time(said: str) -> time:
    if not re.fullmatch(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?", said, re.ASCII):
        raise ValueError
    clock, _, fraction = said.partition(".")
    return time.fromisoformat(clock).replace(microsecond=int(fraction.ljust(6, "0") or 0))


def read_datetime(said: str) -> datetime:
    """`2024-01-01T06:00Z` and ISO's other forms; a date alone is its midnight; ValueError otherwise."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", said, re.ASCII):
        return datetime.fromisoformat(said)
    if not _DATETIME.fullmatch(said):
        raise ValueError(f"expected datetime, found {said!r}")
    clock, fraction, zone = re.fullmatch(r"(.{16}(?::\d\d)?)(\.\d+)?(.*)", said).groups()  # type: ignore[union-attr]
    whole = datetime.fromisoformat(clock + (zone or "").replace("Z", "+00:00"))
    return whole.replace(microsecond=int((fraction or ".")[1:].ljust(6, "0")))


def read_last(said: str) -> datetime:
    """The end of a range that is in it: a date is all of its day."""
    found = read_datetime(said)
    return found if "T" in said else found + timedelta(days=1, microseconds=-1)


def in_zone(moment: datetime, zone: str) -> datetime:
    """An instant on the clocks of a zone, with its offset; one without a zone is read there."""
    if zone == "UTC":
        local = moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)
    else:
        from zoneinfo import ZoneInfo

        there = ZoneInfo(zone)
        local = moment.replace(tzinfo=there) if moment.tzinfo is None else moment.astimezone(there)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)))


def _duration(said: str) -> timedelta:
    sign, bare = (-1, said[1:]) if said.startswith("-") else (1, said)
    units = dict(MICROSECONDS) | {"w": 7 * 86_400_000_000}
    if re.fullmatch(r"(\d+(us|ms|s|m|h|d|w))+", bare, re.ASCII):
        parts = re.findall(r"(\d+)(us|ms|s|m|h|d|w)", bare)
        return sign * timedelta(microseconds=sum(int(count) * units[unit] for count, unit in parts))
    iso = _ISO_DURATION.fullmatch(said)
    if iso is None:
        raise ValueError
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in iso.groups()[1:6])
    micros = int((iso.group(7) or "").ljust(6, "0"))
    return sign * timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)


def _size(said: str) -> int:
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)([kMGT]B|[KMGT]iB|B)", said, re.ASCII)
    if found is None:
        raise ValueError
    count = Decimal(found[1]) * _ALL_BYTES[found[2]]
    if count != count.to_integral_value() or not fits_64_bits(int(count)):
        raise ValueError
    return int(count)


def _decimal(said: str) -> Decimal:
    if not re.fullmatch(r"[+-]?(\d(_?\d)*\.?\d*|\.\d+)([eE][+-]?\d+)?", said, re.ASCII):
        raise ValueError
    return Decimal(said)


def _bytes(said: str) -> bytes:
    return base64.b64decode(said, validate=True)


def _str(said: str) -> str:
    return said


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_FLOAT_DIGITS = 15
_TEXTLESS: tuple[Type, ...] = (Scalar("int"), Scalar("float"), Scalar("bool"))
_READERS: dict[str, Any] = {
    "str": _str,
    "int": _whole,
    "float": _float,
    "bool": _bool,
    "date": _date,
    "time": _time,
    "datetime": read_datetime,
    "duration": _duration,
    "size": _size,
    "decimal": _decimal,
    "bytes": _bytes,
    "path": path,
    "table": read_table,
    "json": read_json,
    "any": read_json,
    "secret": _str,
}
