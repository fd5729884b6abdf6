"""What is known of SQL text: plain values, with places in its parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import frozen

from flowc.ir.types import Type
from flowc.sema.outside.sql.text import Dialect, Place

HoleContext = Literal["value", "name", "relation", "string", "quoted_name", "part_of_name", "comment"]
How = Literal["insert", "upsert", "merge", "update", "delete", "truncate", "create", "replace", "copy", "drop", "alter"]
Mode = Literal["append", "overwrite", "merge"]


@frozen
class SqlError:
    """Why the text is not SQL: one sentence for the user, and where."""

    place: Place
    message: str


@frozen
class HoleFacts:
    """Where a hole stands (`part` is its index among the parts).

    `value`: where a value may stand. `name`: where a table, column or other name must. `relation`: a `table(..)`.
    `string`, `quoted_name`, `comment`: inside of one. `part_of_name`: touching a name, a number or a quote.
    `is_bindable`: a parameter can stand here in every version of the engine; else its value must be written out.
    `is_doubled`: a list in brackets of its own (`IN (#{xs})`), which would make it one row.
    """

    part: int
    context: HoleContext
    is_bindable: bool = True
    is_doubled: bool = False


@frozen
class TableRead:
    """A table or view that is read, its name as written without quotes (`mart.sales`)."""

    name: str
    place: Place


@frozen
class TableWrite:
    """A table that is written, and by what. `columns` are those that an insert names."""

    name: str
    how: How
    place: Place
    columns: tuple[str, ...] = ()


@frozen
class ResultColumn:
    """A column that comes back; `type` None where it can't be told."""

    name: str
    type: Type | None


@frozen
class UnknownColumn:
    """A column that none of the tables in sight has; all their schemas are known. `columns` are what they have."""

    name: str
    place: Place
    tables: tuple[str, ...]
    columns: tuple[str, ...]


@frozen
class ColumnConflict:
    """A value of another type than the schema of the table says."""

    table: str
    column: str
    expected: Type
    found: Type
    place: Place


@frozen
class Star:
    """`SELECT *` of a table without a schema, where its columns go on into a result or a table."""

    table: str
    place: Place


@frozen
class SqlFacts:
    """All of it. With `errors` the other facts are of the statements that parse.

    `columns` None: the last statement gives no rows, or a `*` hides them; `has_rows` tells which (None: not known).
    `is_complete`: every statement was understood, so what is not in `reads` and `writes` is not touched.
    """

    errors: tuple[SqlError, ...] = ()
    holes: tuple[HoleFacts, ...] = ()
    reads: tuple[TableRead, ...] = ()
    writes: tuple[TableWrite, ...] = ()
    columns: tuple[ResultColumn, ...] | None = None
    has_rows: bool | None = None
    unknown_columns: tuple[UnknownColumn, ...] = ()
    conflicts: tuple[ColumnConflict, ...] = ()
    stars: tuple[Star, ...] = ()
    statements: int = 0
    is_complete: bool = True


_DEFAULT_SCHEMAS: dict[Dialect, str] = {"sqlite": "main", "duckdb": "main", "postgres": "public", "snowflake": "public"}


def same_table(name: str, other: str, dialect: Dialect) -> bool:
    """Whether two dotted names mean one table: case does not count, nor does the default schema."""
    return _key(name, dialect) == _key(other, dialect)


def _key(name: str, dialect: Dialect) -> tuple[str, ...]:
    parts = tuple(part.strip('"').casefold() for part in name.split("."))
    return parts[1:] if len(parts) == 2 and parts[0] == _DEFAULT_SCHEMAS[dialect] else parts


def write_mode(writes: Iterable[TableWrite]) -> Mode | None:
    """What the writes of one table come to; None where it is none of the three (only deleted from, only created)."""
    how = {write.how for write in writes}
    fills, empties = how & {"insert", "copy"}, how & {"delete", "truncate", "replace", "drop"}
    if how & {"merge", "upsert"}:
        return "merge"
    if "replace" in how or (fills and empties):
        return "overwrite"
    return "append" if fills else None
