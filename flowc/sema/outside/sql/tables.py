"""The tables that a statement reads and writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import define

from flowc.sema.outside.sql.facts import How, TableRead, TableWrite
from flowc.sema.outside.sql.parse import Marks, Statement
from flowc.sema.outside.sql.text import SqlText
from flowc.sema.outside.sql.tree import child, children, has, start, word

if TYPE_CHECKING:
    from sqlglot import exp


@define
class Tables:
    """Finds the tables of statements. Temporary ones, which nobody else sees, are left out once they are made."""

    text: SqlText
    marks: Marks
    _own: set[str]

    def writes(self, statement: Statement) -> Iterator[TableWrite]:
        """The tables written, in the order of the text."""
        if statement.tree is None:
            return
        for table, how in list(_targets(statement.tree)):
            name = table_name(table)
            if _is_temporary(statement.tree):
                self._own.add(name.casefold())
            if self._is_outside(name):
                place = self.text.place(statement.place(start(table) or 0))
                yield TableWrite(name, how, place, _columns(statement.tree))

    def reads(self, statement: Statement) -> Iterator[TableRead]:
        """The tables read, each place of each; names of WITH and files are none."""
        if statement.tree is None:
            return
        targets = {id(table) for table, _ in _targets(statement.tree)}
        for table in _tables(statement.tree):
            name = table_name(table)
            if id(table) not in targets and not _is_local(table) and self._is_outside(name):
                yield TableRead(name, self.text.place(statement.place(start(table) or 0)))

    def _is_outside(self, name: str) -> bool:
        return bool(name) and name.casefold() not in self._own and self.marks.found(name) is None


def table_name(table: exp.Table) -> str:
    """`catalog.db.table` as written, without quotes; empty for what is no table (a function, a file)."""
    from sqlglot import exp

    if not isinstance(table.this, exp.Identifier) or _is_file(table.this):
        return ""
    return ".".join(part.name for part in table.parts)


def _is_file(name: exp.Identifier) -> bool:
    return name.quoted and ("/" in name.name or name.name.endswith((".csv", ".parquet", ".json", ".jsonl", ".gz")))


def _tables(tree: exp.Expr) -> Iterator[exp.Table]:
    from sqlglot import exp

    found = list(tree.find_all(exp.Table))
    yield from sorted(found, key=lambda table: start(table) or 0)


def _is_local(table: exp.Table) -> bool:
    """A name that a WITH around it gives."""
    from sqlglot import exp

    if table.db:
        return False
    above = table.parent
    while above is not None:
        ctes = child(above, "with_", "with")
        if isinstance(ctes, exp.With) and any(
            cte.alias.casefold() == table.name.casefold() for cte in ctes.expressions
        ):
            return True
        above = above.parent
    return False


def _targets(tree: exp.Expr) -> Iterator[tuple[exp.Table, How]]:
    from sqlglot import exp

    match tree:
        case exp.Insert():
            yield from _one(tree.this, _inserts(tree))
        case exp.Update():
            yield from _one(tree.this, "update")
        case exp.Delete():
            yield from _one(tree.this, "delete")
        case exp.Merge():
            yield from _one(tree.this, "merge")
        case exp.Copy() if has(tree, "kind"):
            yield from _one(tree.this, "copy")
        case exp.TruncateTable():
            for table in tree.expressions:
                yield from _one(table, "truncate")
        case exp.Create() if tree.kind in ("TABLE", "VIEW"):
            yield from _one(tree.this, "replace" if has(tree, "replace") else "create")
        case exp.Drop() if word(tree, "kind") in ("TABLE", "VIEW"):
            for table in children(tree, "tables") or [tree.this]:
                yield from _one(table, "drop")
        case exp.Alter():
            yield from _one(tree.this, "alter")
        case _:
            pass


def _one(target: object, how: How) -> Iterator[tuple[exp.Table, How]]:
    from sqlglot import exp

    if isinstance(target, exp.Schema):
        target = target.this
    if isinstance(target, exp.Table):
        yield target, how


def _inserts(tree: exp.Insert) -> How:
    from sqlglot import exp

    conflict = child(tree, "conflict")
    if word(tree, "alternative") == "REPLACE":
        return "upsert"
    if isinstance(conflict, exp.OnConflict) and conflict.expressions:
        return "upsert"
    return "replace" if has(tree, "overwrite") else "insert"


def _columns(tree: exp.Expr) -> tuple[str, ...]:
    from sqlglot import exp

    if isinstance(tree, exp.Insert) and isinstance(tree.this, exp.Schema):
        return tuple(column.name for column in tree.this.expressions)
    return ()


def _is_temporary(tree: exp.Expr) -> bool:
    from sqlglot import exp

    if not isinstance(tree, exp.Create):
        return False
    properties = child(tree, "properties")
    return properties is not None and properties.find(exp.TemporaryProperty) is not None
