"""The columns of queries: which are unknown, which come back, and of what type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from flowc.ir.types import ListOf, Optional, Record, Type
from flowc.sema.outside.sql.facts import Star, UnknownColumn, same_table
from flowc.sema.outside.sql.parse import Marks, Statement
from flowc.sema.outside.sql.scopes import scope_of, scopes_in, selected
from flowc.sema.outside.sql.tables import table_name
from flowc.sema.outside.sql.text import Hole, SqlText
from flowc.sema.outside.sql.tree import child, children, has, start
from flowc.sema.outside.sql.types import Typer

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

Columns = dict[str, Type | None]
"""Names in lower case, in order. None instead: they are not known."""
NAMELESS = " "  # begins the key of a column whose name the engine makes up, such as that of `count(*)`

# Columns that tables have without anybody's saying so.
_HIDDEN = ("rowid", "_rowid_", "oid", "ctid", "xmin", "xmax", "tableoid", "filename", "file_row_number")


@frozen
class Source:
    """What a name in FROM stands for: `columns` None where they are not known."""

    name: str
    columns: Columns | None
    shown: tuple[str, ...] = ()


@define(eq=False)
class Queries:
    """Looks into the queries of one statement; `schemas` are the columns of tables by their names."""

    text: SqlText
    marks: Marks
    statement: Statement
    schemas: Mapping[str, Record]
    _outputs: dict[int, Columns | None] = field(factory=dict[int, "Columns | None"])

    # -------------------------------------------------------------- what tables have

    def record_of(self, table: exp.Table) -> Record | None:
        """The schema of a table, or the rows of a `table(..)`."""
        name = table_name(table)
        part = self.marks.found(name) if name else None
        if part is not None:
            return self._rows(part)
        found = (record for known, record in self.schemas.items() if same_table(known, name, self.text.dialect))
        return next(found, None) if name else None

    def _rows(self, part: int) -> Record | None:
        hole = self.text.parts[part]
        kind = hole.type if isinstance(hole, Hole) else None
        item = kind.item if isinstance(kind, ListOf) else None
        return item if isinstance(item, Record) else None

    def source(self, name: str, found: exp.Expr | Scope) -> Source:
        """What a scope calls `name`."""
        from sqlglot import exp

        if isinstance(found, exp.Table):
            alias = child(found, "alias")
            renamed = [column.name.lower() for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
            record = self.record_of(found)
            if record is None or has(found, "pivots") or renamed:
                return Source(name, None)
            columns: Columns = {column.name.lower(): column.type for column in record.fields}
            return Source(name, columns, tuple(column.name for column in record.fields))
        outputs = self.outputs(found) if not isinstance(found, exp.Expr) else None
        if outputs is None or any(key.startswith(NAMELESS) for key in outputs):
            return Source(name, None)
        return Source(name, outputs, tuple(outputs))

    # -------------------------------------------------------------- what queries give

    def outputs(self, scope: Scope) -> Columns | None:
        """The columns of a query; None where a `*` or a name hides them."""
        if id(scope) not in self._outputs:
            self._outputs[id(scope)] = None  # a recursive WITH
            self._outputs[id(scope)] = self._renamed(scope, self._compute(scope))
        return self._outputs[id(scope)]

    def _renamed(self, scope: Scope, found: Columns | None) -> Columns | None:
        if not scope.outer_columns:
            return found
        kinds = list(found.values()) if found else []
        names = [name.lower() for name in scope.outer_columns]
        return dict(zip(names, kinds if len(kinds) == len(names) else [None] * len(names), strict=True))

    def _compute(self, scope: Scope) -> Columns | None:
        from sqlglot import exp

        if scope.set_operation_scopes:
            return self.outputs(scope.set_operation_scopes[0])
        if not isinstance(scope.expression, exp.Select):
            return None
        found: Columns = {}
        for projection in scope.expression.expressions:
            if projection.is_star:
                expanded = self._star(scope, projection)
                if expanded is None:
                    return None
                found |= expanded
            else:
                named = isinstance(projection, exp.Alias | exp.Column)
                key = projection.alias_or_name.lower() if named else f"{NAMELESS}{len(found)}"
                if key in found:
                    return None  # two columns of one name
                found[key] = self.typer(scope).of(projection)
        return found

    def _star(self, scope: Scope, projection: exp.Expr) -> Columns | None:
        from sqlglot import exp

        star = projection if isinstance(projection, exp.Star) else projection.find(exp.Star)
        if star is None or has(star, "except_", "except", "replace", "rename"):
            return None
        wanted = projection.table if isinstance(projection, exp.Column) else ""
        if any(has(join, "using") for join in children(scope.expression, "joins")) or not isinstance(
            projection, exp.Star | exp.Column
        ):
            return None
        found: Columns = {}
        for source in self.sources(scope).values():
            if wanted and source.name != wanted:
                continue
            if source.columns is None or found.keys() & source.columns.keys():
                return None
            found |= source.columns
        return found or None

    def sources(self, scope: Scope) -> dict[str, Source]:
        """What stands in FROM and JOIN of a query."""
        return {name: self.source(name, found) for name, found in selected(scope).items()}

    def typer(self, scope: Scope) -> Typer:
        """Types the expressions of a query."""
        sources = self.sources(scope)

        def column(node: exp.Column) -> Type | None:
            mark = self.marks.found(node.name)
            if mark is not None:
                return None
            held = [source for source in sources.values() if not node.table or source.name == node.table]
            if any(source.columns is None for source in held):
                return None
            kinds = [
                source.columns[node.name.lower()]
                for source in held
                if source.columns and node.name.lower() in source.columns
            ]
            return kinds[0] if len(kinds) == 1 else None

        return Typer(self.text.dialect, column, self.hole_type, self._scalar)

    def hole_type(self, text: str) -> Type | None:
        """The type of a text literal: that of the hole that it marks, else text."""
        from flowc.ir.types import STR

        part = self.marks.found(text)
        if part is None:
            return STR
        hole = self.text.parts[part]
        return hole.type if isinstance(hole, Hole) else None

    def _scalar(self, subquery: exp.Expr) -> Type | None:
        scope = scope_of(subquery)
        outputs = self.outputs(scope) if scope else None
        kind = next(iter(outputs.values())) if outputs and len(outputs) == 1 else None
        return kind if kind is None or isinstance(kind, Optional) else Optional(kind)

    # -------------------------------------------------------------- columns that nobody has

    def unknown(self, query: exp.Expr) -> Iterator[UnknownColumn]:
        """The columns of a query, and of those inside, that none of their tables has."""
        from sqlglot import exp

        seen: set[int] = set()
        for scope in scopes_in(query):
            sources = self.sources(scope)
            select = scope.expression
            projections = select.selects if isinstance(select, exp.Query) else []
            aliases = {projection.alias.lower() for projection in projections if projection.alias}
            for column in scope.columns:
                if id(column) in seen:
                    continue
                seen.add(id(column))
                if not self._may_be_outer(scope, column) and column.name.lower() not in aliases:
                    yield from self.check(column, sources)

    def check(self, column: exp.Column, sources: Mapping[str, Source]) -> Iterator[UnknownColumn]:
        """Whether one of the sources has the column; nothing where one of them may have anything."""
        from sqlglot import exp

        name = column.name
        if not isinstance(column.this, exp.Identifier) or name.lower() in _HIDDEN or self.marks.found(name) is not None:
            return
        if column.this.quoted and self.text.dialect == "sqlite":
            return  # "x" is a text there, if it is no column
        by_name = {key.lower(): source for key, source in sources.items()}
        if column.table and column.table.lower() not in by_name:
            return  # of an outer query, or a field of a struct
        held = [by_name[column.table.lower()]] if column.table else list(sources.values())
        if not held or any(source.columns is None or name.lower() in source.columns for source in held):
            return
        known = tuple(shown for source in held for shown in source.shown)
        place = self.text.place(self.statement.place(start(column.this) or 0))
        yield UnknownColumn(name, place, tuple(source.name for source in held), known)

    def _may_be_outer(self, scope: Scope, column: exp.Column) -> bool:
        """Whether the column may belong to a query around this one."""
        parent = scope.parent
        if parent is None or not (scope.is_subquery or scope.is_udtf or scope.is_derived_table):
            return False
        if column.table:
            return column.table not in scope.sources
        outer = self.sources(parent).values()
        has_it = any(source.columns is None or column.name.lower() in source.columns for source in outer)
        return has_it or self._may_be_outer(parent, column)

    # -------------------------------------------------------------- stars

    def stars(self, query: exp.Expr) -> Iterator[Star]:
        """Tables without a schema whose columns a `*` of the query passes on."""
        from sqlglot import exp

        scope = scope_of(query)
        if scope is None or not isinstance(scope.expression, exp.Select):
            return
        for projection in scope.expression.expressions:
            star = projection.this if isinstance(projection, exp.Column) else projection
            if not isinstance(star, exp.Star):
                continue
            wanted = projection.table if isinstance(projection, exp.Column) else ""
            for name, found in selected(scope).items():
                if isinstance(found, exp.Table) and (not wanted or name == wanted) and self._is_bare(found):
                    yield Star(table_name(found), self.text.place(self.statement.place(start(star) or 0)))

    def _is_bare(self, table: exp.Table) -> bool:
        name = table_name(table)
        return bool(name) and self.marks.found(name) is None and self.record_of(table) is None
