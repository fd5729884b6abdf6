"""Columns of tables whose schemas are known: those that are not there, values that they cannot hold."""

from __future__ import annotations

from collections.abc import Callable

from flowc.diagnostics import Problems
from flowc.diagnostics.suggest import closest
from flowc.sema.outside.sql import ColumnConflict, Place, SqlFacts, UnknownColumn
from flowc.source import Span


def check_columns(facts: SqlFacts, place: Callable[[Place], Span | None], problems: Problems) -> None:
    """FLOW704 and FLOW705 of one SQL text; `place` finds a place of it in the source."""
    for unknown in facts.unknown_columns:
        _unknown(unknown, place(unknown.place), problems)
    for conflict in facts.conflicts:
        _conflict(conflict, place(conflict.place), problems)


def _unknown(found: UnknownColumn, span: Span | None, problems: Problems) -> None:
    near = closest(found.name, found.columns)
    tables = " and ".join(f"`{table}`" for table in found.tables)
    has = "has" if len(found.tables) == 1 else "have"
    known = f"known are {', '.join(found.columns)}"
    problems.add(
        "FLOW704",
        f"{tables} {has} no column `{found.name}`",
        span,
        helps=(f"did you mean `{near}`?",) if near else (known,),
        notes=("the schema of the asset says what columns there are",),
    )


def _conflict(found: ColumnConflict, span: Span | None, problems: Problems) -> None:
    problems.add(
        "FLOW705",
        f"column `{found.column}` of `{found.table}` is {found.expected}, and this is {found.found}",
        span,
        helps=(f"convert it in the SQL with CAST, or declare `{found.column}: {found.found}` in the schema",),
    )
