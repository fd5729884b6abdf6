"""Columns of SQL: those that no table has, values that one cannot hold, a result that is not what the task gives."""

from __future__ import annotations

from collections.abc import Callable

from flowc.diagnostics import Problems
from flowc.diagnostics.suggest import closest
from flowc.ir.types import ANY, JSON, PATH, Decimal, Enum, ListOf, Optional, Record, Scalar
from flowc.sema import hir
from flowc.sema.outside.sql import ColumnConflict, Place, SqlFacts, UnknownColumn
from flowc.source import Span


def check_columns(facts: SqlFacts, place: Callable[[Place], Span | None], problems: Problems) -> None:
    """FLOW704 and FLOW705 of one SQL text; `place` finds a place of it in the source."""
    for unknown in facts.unknown_columns:
        _unknown(unknown, place(unknown.place), problems)
    for conflict in facts.conflicts:
        _conflict(conflict, place(conflict.place), problems)


def check_result(task: hir.Task, facts: SqlFacts, problems: Problems) -> None:
    """FLOW301 and FLOW320: rows that are not what the task says it gives; nothing where the columns are not known."""
    kind = task.output.item if isinstance(task.output, Optional) else task.output
    kind = kind.item if isinstance(kind, ListOf) else kind
    if facts.columns is None or not facts.has_rows or kind in (None, JSON, ANY, PATH):
        return
    names = [column.name.lower() for column in facts.columns]
    if isinstance(kind, Record):
        lacks = [field.name for field in kind.fields if field.name.lower() not in names]
        if lacks and all(names):
            problems.add(
                "FLOW320",
                f"the SQL of `{task.id}` gives no column `{lacks[0]}`",
                task.at,
                helps=(f"select it, or name one so: ... AS {lacks[0]}",),
                notes=(f"it gives {', '.join(names)}",),
            )
    elif isinstance(kind, Scalar | Decimal | Enum) and len(names) != 1:
        problems.add(
            "FLOW301",
            f"the SQL of `{task.id}` gives {len(names)} columns, and one {kind} is wanted",
            task.at,
            helps=("select one column, or give the task a record: -> (a: int, b: str)",),
        )


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
