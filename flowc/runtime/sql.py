"""`sql` tasks: statements on a connection in one transaction; the value of the last one, by the declared output.

sql.run({"kind": "sqlite", "database": "orders.db"}, statement("SELECT n FROM t WHERE d = {}", day), output="int")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import TaskFailure
from .paths import read_table
from .rows import Found, shape
from .shell import clear, is_path
from .statements import Statement, as_json, ident, statement, table

__all__ = ["Statement", "as_json", "ident", "run", "statement", "table"]


def run(
    connection: Mapping[str, Any],
    statement: Statement | str,
    *,
    output: str | None = None,
    table: str | None = None,
    out: str = "",
) -> Any:
    """Run the statements. `table` is the handle of what is written, for an output that is a table; `out` the place of a
    CSV file, for one that is a path.
    """
    found = find(connection, statement)
    if output is None:
        return None
    if table is not None and output == "table":
        return read_table(table)
    if is_path(output):
        return found.write_csv(clear(out), out)
    return shape(found, output)


def find(connection: Mapping[str, Any], statement: Statement | str) -> Found:
    """Run the statements; what the last one found, as the database gives it."""
    parts = [statement] if isinstance(statement, str) else statement.parts
    kind = connection["kind"]
    if kind == "sqlite":
        from .sql_sqlite import execute
    elif kind == "duckdb":
        from .sql_duckdb import execute
    elif kind == "postgres":
        from .sql_postgres import execute
    elif kind == "snowflake":
        from .sql_snowflake import execute
    else:
        raise TaskFailure(f"no SQL on a connection of kind {kind}")
    return execute(connection, parts)
