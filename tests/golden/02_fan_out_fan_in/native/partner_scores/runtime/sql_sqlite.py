"""SQL on SQLite. It has no dates, decimals or JSON: their text forms are TEXT, durations are seconds."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any

from .rows import Found
from .statements import TOKEN, Json, render, takes_parameters, with_literals
from .texts import compact, plain, text

_PATIENCE = 3600.0
"""Seconds to wait for another process's transaction; a task's own `timeout` ends it sooner."""
_READS = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:select|values|explain)\b", re.IGNORECASE | re.DOTALL)


def execute(connection: Mapping[str, Any], parts: list[Any]) -> Found:
    """Run all statements in one transaction; what the last one found."""
    sql, values = render(parts, mark="?", columns_named="column{}")
    statements = split(sql)
    values = [parameter(value) for value in values]
    with closing(sqlite3.connect(connection["database"], timeout=_PATIENCE, isolation_level=None)) as database:
        reads = all(_READS.match(statement) for statement, _ in statements)
        database.execute("BEGIN" if reads else "BEGIN IMMEDIATE")
        try:
            found = Found((), ())
            for statement, count in statements:
                given, values = values[:count], values[count:]
                if given and not takes_parameters(statement):
                    statement, given = with_literals(statement, given, _literal), []
                cursor = database.execute(statement, given)
                columns = [column[0] for column in cursor.description or ()]
                found = Found(columns, cursor.fetchall(), max(cursor.rowcount, 0))
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
    return found


def split(sql: str) -> list[tuple[str, int]]:
    """The statements of a text, each with how many parameters it takes."""
    found: list[tuple[str, int]] = []
    start = count = 0
    for token in TOKEN.finditer(sql):
        count += token[0] == "?"
        # a trigger has semicolons inside
        if token[0] == ";" and sqlite3.complete_statement(sql[start : token.end()]):
            found.append((sql[start : token.end()], count))
            start, count = token.end(), 0
    found.append((sql[start:], count))
    return [(statement, count) for statement, count in found if _says_something(statement)]


def parameter(value: Any) -> Any:
    """A value as SQLite takes it."""
    if isinstance(value, Json):
        return compact(plain(value.value))
    if value is None or isinstance(value, (int, float, bytes)):
        return value
    return value.total_seconds() if isinstance(value, timedelta) else text(value)


def _literal(value: Any) -> str:
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else "NULL" if value is None else repr(value)


def _says_something(statement: str) -> bool:
    return bool(re.sub(r"--[^\n]*|/\*.*?\*/", "", statement, flags=re.DOTALL).strip(" \t\r\n;"))
