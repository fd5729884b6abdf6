"""SQL on DuckDB."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from decimal import Decimal
from typing import Any

from .errors import TaskFailure
from .reading import read_datetime
from .rows import Found
from .statements import Json, quote, render, takes_parameters, with_literals
from .texts import compact, duration_text, plain, text

_PATIENCE = 3600.0
"""Seconds to wait for a file that another process has open; a task's own `timeout` ends it sooner."""


def execute(connection: Mapping[str, Any], parts: list[Any]) -> Found:
    """Run all statements in one transaction; what the last one found."""
    try:
        import duckdb
    except ImportError:
        raise TaskFailure("SQL on DuckDB needs the package duckdb") from None
    sql, values = render(parts, mark="?", columns_named="col{}")
    values = [parameter(value) for value in values]
    with closing(_connect(duckdb, connection["database"])) as database:
        with suppress(duckdb.Error):
            database.execute("SET TimeZone = 'UTC'")
        statements = database.extract_statements(sql)
        database.execute("BEGIN")
        found = Found((), ())
        for statement in statements:
            count = len(statement.named_parameters)
            given, values = values[:count], values[count:]
            found = _run(database, statement, given)
        database.execute("COMMIT")
    return found


def _connect(duckdb: Any, name: str) -> Any:
    """Open a database, once no other process has it open: DuckDB lets in one that writes."""
    patience = time.monotonic() + _PATIENCE
    while True:
        try:
            return duckdb.connect(str(name))
        except duckdb.IOException as error:  # noqa: PERF203
            if "lock" not in str(error).lower() or time.monotonic() > patience:
                raise
            time.sleep(0.05)


def _run(database: Any, statement: Any, values: list[Any]) -> Found:
    if str(statement.type).rpartition(".")[2] == "SELECT":
        return _select(database, statement.query, values)
    if takes_parameters(statement.query):
        database.execute(statement.query, values)
    else:
        database.execute(with_literals(statement.query, values, _literal))
    columns = [column[0] for column in database.description or ()]
    rows = database.fetchall()
    if columns in (["Count"], ["Success"], []):
        return Found((), (), rows[0][0] if rows and columns == ["Count"] else 0)
    return Found(columns, rows)


def _select(database: Any, query: str, values: list[Any]) -> Found:
    """DuckDB hands out instants with the help of a package that need not be there: they are read from text instead."""
    relation = database.sql(query, params=values or None)
    zoned = [str(kind) == "TIMESTAMP WITH TIME ZONE" for kind in relation.types]
    columns = relation.columns
    if any(zoned):
        shown = [
            f"CAST({quote(name)} AS VARCHAR) AS {quote(name)}" if cast else quote(name)
            for name, cast in zip(columns, zoned)  # noqa: B905
        ]
        relation = relation.project(", ".join(shown))
    rows = [[_instant(value) if cast else value for value, cast in zip(row, zoned)] for row in relation.fetchall()]  # noqa: B905
    return Found(columns, rows)


def _instant(said: str | None) -> datetime | None:
    if said is None:
        return None
    return read_datetime(said.replace(" ", "T") + ("" if said[-3] == ":" else ":00"))


def parameter(value: Any) -> Any:
    """A value as DuckDB takes it."""
    if isinstance(value, (Json, dict)):
        return compact(plain(value.value if isinstance(value, Json) else value))
    if value is None or isinstance(value, (bool, int, float, bytes, Decimal, date, time_of_day, timedelta)):
        return value
    return text(value)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, (bool, int, float, Decimal)):
        return f"({text(value)})"
    if isinstance(value, bytes):
        return "'" + "".join(f"\\x{byte:02X}" for byte in value) + "'::BLOB"
    said = duration_text(value) if isinstance(value, timedelta) else text(value)
    if isinstance(value, timedelta):
        said = f"{(value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds} microseconds"
    kind = next((name for of, name in _KINDS if isinstance(value, of)), "VARCHAR")
    return "'" + said.replace("'", "''") + "'::" + kind


_KINDS: tuple[tuple[type, str], ...] = (
    (datetime, "TIMESTAMPTZ"),
    (date, "DATE"),
    (time_of_day, "TIME"),
    (timedelta, "INTERVAL"),
)
