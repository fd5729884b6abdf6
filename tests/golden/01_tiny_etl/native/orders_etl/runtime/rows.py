"""What a statement found, brought to the declared output: one value, one row, all rows, a CSV file, rows changed."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import types
from .paths import path
from .reading import parse
from .texts import text
from .types import DecimalOf, ListOf, OptionalOf, Record, Scalar, Type
from .values import Mismatch, conform


@dataclass(frozen=True)
class Found:
    """Rows by their columns; without rows, how many were changed."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    changed: int = 0

    def write_csv(self, place: Path, said: str) -> Path:
        """All rows as CSV with a header."""
        with place.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            writer.writerows([["" if value is None else text(value) for value in row] for row in self.rows])
        return path(said)


def shape(found: Found, output: str) -> Any:
    """The value of the declared output; Mismatch where there is no row, more than one, or another type."""
    wanted = types.of(output)
    if isinstance(wanted, ListOf):
        return [_row(found.columns, row, wanted.item) for row in found.rows]
    if not found.columns:
        if wanted != Scalar("int"):
            raise Mismatch(f"expected {output}, found a statement without rows")
        return found.changed
    if len(found.rows) > 1:
        raise Mismatch(f"expected one row, found {len(found.rows)}")
    if not found.rows:
        if isinstance(wanted, OptionalOf):
            return None
        raise Mismatch("expected one row, found none")
    return _row(found.columns, found.rows[0], wanted)


def _row(columns: Sequence[str], row: Sequence[Any], wanted: Type) -> Any:
    inner = wanted.item if isinstance(wanted, OptionalOf) else wanted
    if isinstance(inner, Record):
        return {name: fit(row[_column(columns, name)], field) for name, field in inner.fields}
    if len(columns) != 1:
        if inner in (Scalar("json"), Scalar("any")):
            return {name: fit(value, inner) for name, value in zip(columns, row)}  # noqa: B905
        raise Mismatch(f"expected one column, found {', '.join(columns)}")
    return fit(row[0], wanted)


def _column(columns: Sequence[str], name: str) -> int:
    if name in columns:
        return list(columns).index(name)
    folded = [column.lower() for column in columns]
    if folded.count(name.lower()) != 1:
        raise Mismatch(f"no column {name}; there are {', '.join(columns)}")
    return folded.index(name.lower())


def fit(value: Any, wanted: Type) -> Any:
    """A database's value as the type has it; where it has no such type, the text or number that stands for it."""
    inner = wanted.item if isinstance(wanted, OptionalOf) else wanted
    if value is None:
        return conform(None, wanted)
    if isinstance(inner, ListOf) and isinstance(value, (list, tuple)):
        return [fit(item, inner.item) for item in value]  # pyright: ignore
    return conform(_fit(value, inner), inner)


def _fit(value: Any, wanted: Type) -> Any:
    name = "decimal" if isinstance(wanted, DecimalOf) else wanted.name if isinstance(wanted, Scalar) else "composed"
    if name in ("json", "composed"):
        return _json(value)
    if name == "str":
        return str(value) if type(value).__name__ == "UUID" else value
    if isinstance(value, str):
        return parse(value, wanted) if name != "any" else value
    if name in ("int", "size") and isinstance(value, (Decimal, float)) and value == int(value):
        return int(value)
    if isinstance(value, bool):
        return value
    if name == "bool" and value in (0, 1):
        return bool(value)
    if name == "float" and isinstance(value, Decimal):
        return float(value)
    if name == "decimal" and isinstance(value, (int, float)):
        return Decimal(repr(value))
    if name == "duration" and isinstance(value, (int, float)):
        return timedelta(seconds=value)
    return value


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
