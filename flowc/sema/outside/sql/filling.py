"""What a statement puts into a table with a known schema: do its columns exist, do the types fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import define

from flowc.ir.types import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    DURATION,
    FLOAT,
    INT,
    PATH,
    SIZE,
    STR,
    TIME,
    Decimal,
    Enum,
    Record,
    Type,
)
from flowc.sema.outside.sql.columns import Queries, Source
from flowc.sema.outside.sql.facts import ColumnConflict, UnknownColumn
from flowc.sema.outside.sql.scopes import scope_of
from flowc.sema.outside.sql.tables import table_name
from flowc.sema.outside.sql.text import Place
from flowc.sema.outside.sql.tree import child, children, has, start
from flowc.sema.outside.sql.types import Typer, base

if TYPE_CHECKING:
    from sqlglot import exp

_GROUPS: dict[Type, str] = {
    **dict.fromkeys([INT, FLOAT, SIZE], "number"),
    **dict.fromkeys([STR, PATH], "text"),
    **dict.fromkeys([DATE, DATETIME], "date"),
    BOOL: "bool",
    TIME: "time",
    DURATION: "duration",
    BYTES: "bytes",
}


@define(eq=False)
class Filling:
    """Checks INSERT, UPDATE, DELETE and MERGE against the schemas of their tables."""

    queries: Queries

    def unknown(self, tree: exp.Expr) -> Iterator[UnknownColumn]:
        """Columns of the statement itself (not of queries in it) that no table has."""
        from sqlglot import exp

        match tree:
            case exp.Insert():
                yield from self._named(tree)
            case exp.Update() | exp.Delete() | exp.Merge():
                sources = {source.name: source for source in self._sources(tree)}
                target = next(iter(sources.values()))
                for column in self._own_columns(tree):
                    held = {target.name: target} if _is_set(column) else sources
                    yield from self.queries.check(column, held)
            case _:
                return

    def conflicts(self, tree: exp.Expr) -> Iterator[ColumnConflict]:
        """Values of another kind than the column they go into."""
        from sqlglot import exp

        if not isinstance(tree, exp.Insert):
            return
        record = self._record(tree.this)
        names = _names(tree) or ([field.name for field in record.fields] if record else [])
        if record is None or has(tree, "by_name"):
            return
        for values in self._rows(tree.expression):
            for name, (kind, node) in zip(names, values, strict=False):
                field = next((field for field in record.fields if field.name.lower() == name.lower()), None)
                if field and kind and _differ(kind, field.type):
                    yield ColumnConflict(self._table(tree.this), field.name, field.type, kind, self._place(node))

    # -------------------------------------------------------------- INSERT

    def _named(self, tree: exp.Insert) -> Iterator[UnknownColumn]:
        record = self._record(tree.this)
        if record is None:
            return
        known = {field.name.lower() for field in record.fields}
        for column in tree.this.expressions:
            if column.name.lower() not in known and self.queries.marks.found(column.name) is None:
                shown = tuple(field.name for field in record.fields)
                yield UnknownColumn(column.name, self._place(column), (self._table(tree.this),), shown)

    def _rows(self, source: exp.Expr | None) -> Iterator[Sequence[tuple[Type | None, exp.Expr]]]:
        """The types of what is inserted: of a query, or of each row of VALUES."""
        from sqlglot import exp

        if isinstance(source, exp.Values):
            typer = Typer(self.queries.text.dialect, lambda _: None, self.queries.hole_type, lambda _: None)
            for row in source.expressions:
                cells = row.expressions if isinstance(row, exp.Tuple) else [row]
                yield [(_unless_text(cell, typer), cell) for cell in cells]
        elif isinstance(source, exp.Select) and not source.is_star:
            scope = scope_of(source)
            if scope:
                typer = self.queries.typer(scope)
                yield [(_unless_text(cell, typer), cell) for cell in source.expressions]

    # -------------------------------------------------------------- UPDATE, DELETE, MERGE

    def _sources(self, tree: exp.Expr) -> Iterator[Source]:
        from sqlglot import exp

        yield self._source(tree.this)
        if isinstance(tree, exp.Merge):
            yield self._source(child(tree, "using"))
            return
        for extra in [child(tree, "from_", "from"), *children(tree, "using")]:
            found = extra.this if isinstance(extra, exp.From) else extra
            if isinstance(found, exp.Expr):
                yield self._source(found)
                for join in children(found, "joins"):
                    yield self._source(join.this)

    def _source(self, found: object) -> Source:
        from sqlglot import exp

        if isinstance(found, exp.Table):
            return self.queries.source(found.alias_or_name, found)
        if isinstance(found, exp.Subquery):
            scope = scope_of(found)
            outputs = self.queries.outputs(scope) if scope else None
            return Source(found.alias, outputs, tuple(outputs or ()))
        return Source("", None)

    def _own_columns(self, tree: exp.Expr) -> Iterator[exp.Column]:
        """The columns of the statement, those of queries inside aside."""
        from sqlglot import exp

        for node in tree.walk(prune=lambda node: isinstance(node, exp.Query | exp.Returning)):
            if isinstance(node, exp.Column):
                yield node

    def _record(self, target: object) -> Record | None:
        from sqlglot import exp

        table = target.this if isinstance(target, exp.Schema) else target
        return self.queries.record_of(table) if isinstance(table, exp.Table) else None

    def _table(self, target: exp.Expr) -> str:
        from sqlglot import exp

        table = target.this if isinstance(target, exp.Schema) else target
        return table_name(table) if isinstance(table, exp.Table) else ""

    def _place(self, node: exp.Expr) -> Place:
        return self.queries.text.place(self.queries.statement.place(start(node) or 0))


def _is_set(column: exp.Column) -> bool:
    """Whether the column is the one to be set: left of `=` in UPDATE, or named by the INSERT of a MERGE."""
    from sqlglot import exp

    parent = column.parent
    if isinstance(parent, exp.EQ) and parent.this is column:
        return isinstance(parent.parent, exp.Update)
    return isinstance(parent, exp.Tuple) and isinstance(parent.parent, exp.Insert) and parent.parent.this is parent


def _names(tree: exp.Insert) -> list[str]:
    from sqlglot import exp

    return [column.name for column in tree.this.expressions] if isinstance(tree.this, exp.Schema) else []


def _unless_text(node: exp.Expr, typer: Typer) -> Type | None:
    """A text in quotes becomes what the column is; any other value has its type."""
    from sqlglot import exp

    if isinstance(node, exp.Literal) and node.is_string and typer.hole(str(node.this)) == STR:
        return None
    return typer.of(node)


def _differ(found: Type, expected: Type) -> bool:
    groups = [_group(base(kind)) for kind in (found, expected)]
    return None not in groups and groups[0] != groups[1]


def _group(kind: Type | None) -> str | None:
    if isinstance(kind, Decimal):
        return "number"
    if isinstance(kind, Enum):
        return "text"
    return _GROUPS.get(kind) if kind is not None else None
