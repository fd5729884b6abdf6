"""SQL on PostgreSQL, through psycopg. It binds on our side of the wire, which any statement can take."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from .errors import TaskFailure
from .rows import Found
from .statements import Json, render
from .texts import text

_SETTINGS = ("host", "port", "user", "password")


def execute(connection: Mapping[str, Any], parts: list[Any]) -> Found:
    """Run all statements in one transaction; what the last one found."""
    try:
        psycopg: Any = import_module("psycopg")
    except ImportError:
        raise TaskFailure("SQL on PostgreSQL needs the package psycopg") from None
    escaped = [part.replace("%", "%%") if isinstance(part, str) else part for part in parts]
    sql, values = render(escaped, mark="%s", columns_named="column{}")
    given = [parameter(psycopg, value) for value in values]
    with psycopg.connect(**settings(connection), cursor_factory=psycopg.ClientCursor) as database:
        database.execute("SET TIME ZONE 'UTC'")
        cursor = database.execute(sql, given)
        found = _found(cursor)
        while cursor.nextset():
            found = _found(cursor)
    return found


def settings(connection: Mapping[str, Any]) -> dict[str, Any]:
    """What psycopg is told: a URL, or its parts."""
    if connection.get("url"):
        return {"conninfo": connection["url"]}
    found = {name: connection[name] for name in _SETTINGS if connection.get(name) is not None}
    return found | ({"dbname": connection["database"]} if connection.get("database") else {})


def parameter(psycopg: Any, value: Any) -> Any:
    """A value as psycopg takes it."""
    from decimal import Decimal

    if isinstance(value, (Json, dict)):
        return psycopg.types.json.Json(value.value if isinstance(value, Json) else value)
    if isinstance(value, (str, int, float, bytes, Decimal)) or value is None:
        return str(value) if isinstance(value, str) else value
    return text(value) if hasattr(value, "__fspath__") else value


def _found(cursor: Any) -> Found:
    if cursor.description is None:
        return Found((), (), max(cursor.rowcount, 0))
    return Found([column.name for column in cursor.description], cursor.fetchall())
