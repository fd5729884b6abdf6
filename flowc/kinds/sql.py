"""`sql @conn "statement"`: run statements in one transaction; holes are bind parameters."""

from __future__ import annotations

from flowc.ir.actions import Action, Sql
from flowc.kinds.base import Desk, Kind, operand_of
from flowc.syntax import ast

DIALECTS = ("sqlite", "duckdb", "postgres", "snowflake")


def _check(action: ast.Action, desk: Desk) -> Action | None:
    assert isinstance(action, ast.KindAction)
    connection = desk.connection(action.connection, DIALECTS, action.span, "FLOW803")
    statement = desk.text_operand(operand_of(action), "sql")
    return Sql(connection, statement) if connection and statement else None


SQL = Kind("sql", "run SQL on a connection", _check, takes_connection=True)
