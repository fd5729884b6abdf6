"""Returned values brought to their declared types (rule 15): a few things are converted, everything else must fit."""

from __future__ import annotations

import enum
import math
import pathlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from . import types
from .errors import TaskFailure
from .paths import Table, path, read_table
from .reading import fits_64_bits
from .texts import decimal_text
from .types import DecimalOf, EnumOf, ListOf, MapOf, OptionalOf, Record, Scalar, Type

DEEPEST = 100
"""Levels of lists and maps in each other that can cross."""


class Mismatch(TaskFailure):
    """A value that has not its declared type, or cannot cross."""


def conform(value: Any, type_: Type | str) -> Any:
    """The value as its type has it; Mismatch otherwise.

    An int for `float` becomes a float, tuples lists, numpy's scalars numbers, members of enums their text; a record
    (and several outputs are one) may be a map with just these names or a tuple in their order. Nothing else is
    converted.
    """
    if _is_compound(value) and _is_deep(value):
        raise Mismatch(f"expected {types.of(type_)}, found what is nested more than {DEEPEST} levels deep")
    return _conform(value, types.of(type_), "")


def _is_deep(value: Any) -> bool:
    """Whether lists and maps stand in each other so deep that other readers of JSON, or Python's stack, give up."""
    level: dict[int, Any] = {id(value): value}
    for _ in range(DEEPEST):
        parts: Iterator[Any] = (part for each in level.values() for part in _parts(each))
        level = {id(part): part for part in parts if _is_compound(part)}
        if not level:
            return False
    return True


def _is_compound(value: Any) -> bool:
    return isinstance(value, (list, tuple, dict))


def _parts(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value  # pyright: ignore[reportUnknownVariableType]


def _conform(value: Any, type_: Type, at: str) -> Any:
    if isinstance(value, enum.Enum) and not _is_number(type_):
        value = value.value if isinstance(value.value, str) else value.name
    elif type(value).__module__ == "numpy":
        value = _numpy(value, at)
    if isinstance(type_, OptionalOf):
        return None if value is None else _conform(value, type_.item, at)
    if isinstance(type_, ListOf):
        return _list(value, type_.item, type_, at)
    if isinstance(type_, MapOf):
        return _map(value, type_, at)
    if isinstance(type_, Record):
        return _record(value, type_, at)
    if isinstance(type_, EnumOf):
        return _member(value, type_, at)
    if isinstance(type_, DecimalOf):
        return _decimal(value, type_, at)
    return _SCALAR[type_.name](value, type_, at)


def _list(value: Any, item: Type, type_: Type, at: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise _unfit(value, type_, at)
    return [_conform(part, item, f"{at}[{index}]") for index, part in enumerate(value)]  # pyright: ignore


def _map(value: Any, type_: MapOf, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _unfit(value, type_, at)
    items: list[tuple[Any, Any]] = list(value.items())  # pyright: ignore
    return {_key(key, type_.key, at): _conform(part, type_.value, f"{at}[{key!r}]") for key, part in items}


def _key(key: Any, type_: Type, at: str) -> str:
    if isinstance(key, enum.Enum):
        key = key.value if isinstance(key.value, str) else key.name
    if not isinstance(key, str):
        raise Mismatch(f"keys must be text, found {_kind(key)} {key!r}{_where(at)}")
    return _conform(key, type_ if isinstance(type_, EnumOf) else _STR, at)


def _record(value: Any, type_: Record, at: str) -> dict[str, Any]:
    if isinstance(value, tuple) and len(value) == len(type_.fields):  # pyright: ignore[reportUnknownArgumentType]
        value = dict(zip((name for name, _ in type_.fields), value, strict=True))  # pyright: ignore
    if not isinstance(value, dict):
        raise _unfit(value, type_, at)
    given: dict[Any, Any] = value  # pyright: ignore
    missing = [name for name, _ in type_.fields if name not in given]
    unknown = [repr(name) for name in given if name not in dict(type_.fields)]
    if missing or unknown:
        said = [f"misses {', '.join(missing)}"] if missing else []
        said += [f"has {', '.join(unknown)} too"] if unknown else []
        raise Mismatch(f"expected {type_}, found a map that {' and '.join(said)}{_where(at)}")
    return {name: _conform(given[name], field, f"{at}.{name}") for name, field in type_.fields}


def _member(value: Any, type_: EnumOf, at: str) -> str:
    if not isinstance(value, str) or value not in type_.members:
        raise Mismatch(f"expected {type_}, found {value!r}{_where(at)}")
    return str(value)


def _decimal(value: Any, type_: DecimalOf, at: str) -> Decimal:
    if not isinstance(value, Decimal):
        raise _unfit(value, type_, at)
    try:
        return Decimal(decimal_text(value, type_))
    except ValueError as error:
        raise Mismatch(f"expected {type_}: {error}{_where(at)}") from None


def _int(value: Any, type_: Type, at: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _unfit(value, type_, at)
    if not fits_64_bits(value):
        raise Mismatch(f"{int(value)} does not fit in 64 bits{_where(at)}")
    return int(value)


def _float(value: Any, type_: Type, at: str) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise _unfit(value, type_, at)
    found = float(_int(value, type_, at) if isinstance(value, int) else value)
    if not math.isfinite(found):
        raise Mismatch(f"{found} cannot cross between tasks{_where(at)}")
    return found


def _bool(value: Any, type_: Type, at: str) -> bool:
    if not isinstance(value, bool):
        raise _unfit(value, type_, at)
    return value


def _str(value: Any, type_: Type, at: str) -> str:
    if not isinstance(value, str):
        raise _unfit(value, type_, at)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise Mismatch(f"{value!r} is no Unicode text{_where(at)}") from None
    return value if isinstance(value, Table) else str(value)


def _path(value: Any, type_: Type, at: str) -> pathlib.Path:
    if not isinstance(value, pathlib.PurePath):
        raise _unfit(value, type_, at)
    return path(_str(str(value), type_, at))


def _datetime(value: Any, type_: Type, at: str) -> datetime:
    if not isinstance(value, datetime):
        raise _unfit(value, type_, at)
    offset = value.utcoffset()
    zone = None if offset is None else timezone(offset)
    return datetime(value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, zone)


def _date(value: Any, type_: Type, at: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _unfit(value, type_, at)
    return value


def _instance(kind: type) -> Callable[[Any, Type, str], Any]:
    def check(value: Any, type_: Type, at: str) -> Any:
        if not isinstance(value, kind):
            raise _unfit(value, type_, at)
        return value

    return check


def _table(value: Any, type_: Type, at: str) -> Table:
    found = _str(value, type_, at)
    return found if isinstance(found, Table) else read_table(found)


def _json(value: Any, type_: Type, at: str) -> Any:
    """JSON's own types, at any depth."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _int(value, type_, at)
    if isinstance(value, float):
        return _float(value, type_, at)
    if isinstance(value, (list, tuple)):
        return _list(value, type_, type_, at)
    if isinstance(value, dict):
        return _map(value, MapOf(_STR, type_), at)
    return _str(value, type_, at)


def _any(value: Any, type_: Type, at: str) -> Any:
    """Whatever can cross: JSON's own types and those with a text form."""
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return _SCALAR[name](value, type_, at)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Mismatch(f"{value} cannot cross between tasks{_where(at)}")
        return value
    if value is None or isinstance(value, (bool, int, float, str, list, tuple, dict)):
        return _json(value, type_, at)
    raise Mismatch(f"{_kind(value)} cannot cross between tasks{_where(at)}")  # pyright: ignore[reportUnknownArgumentType]


def _nothing(value: Any, type_: Type, at: str) -> None:
    if value is not None:
        raise _unfit(value, type_, at)


def _numpy(value: Any, at: str) -> Any:
    """Scalars of numpy are numbers; its arrays cannot cross."""
    if getattr(value, "shape", None) != ():
        raise Mismatch(f"{_kind(value)} cannot cross between tasks{_where(at)}; return `.tolist()`")
    return value.item()


def _is_number(type_: Type) -> bool:
    return isinstance(type_, Scalar) and type_.name in ("int", "float", "size")


def _unfit(value: Any, type_: Type, at: str) -> Mismatch:
    shown = "" if value is None else " " + _short(value)
    return Mismatch(f"expected {type_}, found {_kind(value)}{shown}{_where(at)}")


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _where(at: str) -> str:
    return f" at {at.lstrip('.')}" if at else ""


_STR = Scalar("str")
_SCALAR: dict[str, Callable[[Any, Type, str], Any]] = {
    "int": _int,
    "size": _int,
    "float": _float,
    "bool": _bool,
    "str": _str,
    "secret": _str,
    "path": _path,
    "datetime": _datetime,
    "date": _date,
    "time": _instance(time),
    "duration": _instance(timedelta),
    "bytes": _instance(bytes),
    "table": _table,
    "json": _json,
    "any": _any,
    "null": _nothing,
}
_KINDS = (
    (datetime, "datetime"),
    (date, "date"),
    (time, "time"),
    (timedelta, "duration"),
    (bytes, "bytes"),
    (pathlib.PurePath, "path"),
)
