"""The whole of a SQL text: one pass over its tokens, one tree a statement, and the facts of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from flowc.ir.types import Record
from flowc.sema.outside.sql.columns import NAMELESS, Columns, Queries
from flowc.sema.outside.sql.engine import engine_errors
from flowc.sema.outside.sql.facts import ResultColumn, SqlError, SqlFacts, TableRead, TableWrite, UnknownColumn
from flowc.sema.outside.sql.filling import Filling
from flowc.sema.outside.sql.holes import hole_facts, scanned, stray_parameters
from flowc.sema.outside.sql.parse import Reader, Statement, marks_for
from flowc.sema.outside.sql.scopes import scope_of, silence
from flowc.sema.outside.sql.tables import Tables
from flowc.sema.outside.sql.text import Dialect, Part, SqlText
from flowc.sema.outside.sql.tree import child, unwrapped
from flowc.sema.outside.sql.types import Typer

if TYPE_CHECKING:
    from sqlglot import exp

# Statements that give no rows, by the word they begin with.
_SILENT = (
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SET",
    "USE",
    "ATTACH",
    "DETACH",
    "COPY",
    "LOAD",
    "INSTALL",
    "VACUUM",
    "GRANT",
)


def analyse(parts: Sequence[Part], dialect: Dialect, schemas: Mapping[str, Record] | None = None) -> SqlFacts:
    """What a SQL text of a dialect does. `schemas` are the columns of tables, by names as assets give them."""
    with silence():
        return _analyse(parts, dialect, schemas or {})


def _analyse(parts: Sequence[Part], dialect: Dialect, schemas: Mapping[str, Record]) -> SqlFacts:
    text = SqlText(parts, dialect)
    marks = marks_for(text)
    contexts = scanned(text)
    reader = Reader(text, marks, contexts)
    statements = list(reader.statements())
    errors = [*_unclosed(text), *stray_parameters(text), *reader.errors]
    errors = engine_errors(text, errors, contexts) if dialect == "sqlite" else errors
    tables = Tables(text, marks, set())
    reads: list[TableRead] = []
    writes: list[TableWrite] = []
    for statement in statements:
        reads += list(tables.reads(statement))
        writes += list(tables.writes(statement))
    asked = [(statement, Queries(text, marks, statement, schemas)) for statement in statements]
    columns, has_rows = _result(asked[-1]) if asked and not errors else (None, None)
    return SqlFacts(
        errors=tuple(sorted(errors, key=lambda error: error.place)),
        holes=tuple(hole_facts(text, marks, contexts, statements)),
        reads=tuple(reads),
        writes=tuple(writes),
        columns=_shown(columns),
        has_rows=has_rows,
        unknown_columns=tuple(
            sorted((found for one, queries in asked for found in _unknown(one, queries)), key=lambda each: each.place)
        ),
        conflicts=tuple(found for one, queries in asked if one.tree for found in Filling(queries).conflicts(one.tree)),
        stars=tuple(star for one, queries in asked for query in _passed_on(one) for star in queries.stars(query)),
        statements=len(text.statements),
        is_complete=not errors and all(statement.tree for statement in statements),
    )


def _shown(columns: Columns | None) -> tuple[ResultColumn, ...] | None:
    if columns is None:
        return None
    return tuple(ResultColumn("" if name.startswith(NAMELESS) else name, kind) for name, kind in columns.items())


def _unclosed(text: SqlText) -> Iterator[SqlError]:
    for token in text.tokens:
        if token.kind == "open":
            what = "comment" if token.text.startswith("/*") else "quote"
            yield SqlError(text.place(token.start), f"this {what} is not closed")


def _unknown(statement: Statement, queries: Queries) -> Iterator[UnknownColumn]:
    from sqlglot import exp

    if statement.tree is None:
        return
    yield from Filling(queries).unknown(statement.tree)
    if isinstance(statement.tree, exp.Query):
        yield from queries.unknown(statement.tree)
        return
    for query in statement.tree.find_all(exp.Query):
        if query.find_ancestor(exp.Query) is None:
            yield from queries.unknown(unwrapped(query))


def _passed_on(statement: Statement) -> Iterator[exp.Expr]:
    """The query whose columns go into the statement's result or table."""
    from sqlglot import exp

    tree = statement.tree
    if isinstance(tree, exp.Query):
        yield tree
    elif isinstance(tree, exp.Insert | exp.Create) and isinstance(tree.expression, exp.Query):
        yield tree.expression


def _result(last: tuple[Statement, Queries]) -> tuple[Columns | None, bool | None]:
    """The columns that the last statement gives, and whether it gives rows at all."""
    from sqlglot import exp

    statement, queries = last
    tree = statement.tree
    if tree is None:
        word = next((token.text.upper() for token in statement.tokens if token.kind == "word"), "")
        return None, False if word in _SILENT else None
    tree = unwrapped(tree)
    if isinstance(tree, exp.Query):
        scope = scope_of(tree)
        return (queries.outputs(scope) if scope else None), True
    returning = child(tree, "returning")
    if isinstance(returning, exp.Returning):
        return _returned(returning, tree, queries), True
    if isinstance(tree, exp.Values):
        return None, True
    quiet = exp.Insert | exp.Update | exp.Delete | exp.Merge | exp.Create | exp.Drop | exp.Alter | exp.TruncateTable
    return None, False if isinstance(
        tree, quiet | exp.Copy | exp.Set | exp.Use | exp.Transaction | exp.Commit
    ) else None


def _returned(returning: exp.Returning, tree: exp.Expr, queries: Queries) -> Columns | None:
    from sqlglot import exp

    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    source = queries.source("", target) if isinstance(target, exp.Table) else None
    if source is None or any(projection.is_star for projection in returning.expressions):
        return source.columns if source and len(returning.expressions) == 1 else None
    known = source.columns or {}
    typer = Typer(
        queries.text.dialect, lambda column: known.get(column.name.lower()), queries.hole_type, lambda _: None
    )
    return {projection.alias_or_name.lower(): typer.of(projection) for projection in returning.expressions}
