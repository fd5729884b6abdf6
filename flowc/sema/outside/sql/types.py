"""Types of SQL expressions, where they are certain in the dialect. Whether a null may come is not told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from attrs import frozen

from flowc.ir.types import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    DURATION,
    FLOAT,
    INT,
    JSON,
    STR,
    TIME,
    Decimal,
    ListOf,
    Optional,
    Type,
)
from flowc.sema.outside.sql.text import Dialect
from flowc.sema.outside.sql.tree import child, children

if TYPE_CHECKING:
    from sqlglot import exp

_BY_NAME: dict[str, Type] = {
    **dict.fromkeys(["TINYINT", "SMALLINT", "INT", "MEDIUMINT", "BIGINT", "UTINYINT", "USMALLINT", "UINT"], INT),
    **dict.fromkeys(["FLOAT", "DOUBLE"], FLOAT),
    **dict.fromkeys(["TEXT", "VARCHAR", "CHAR", "NCHAR", "NVARCHAR", "NAME"], STR),
    **dict.fromkeys(["TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPLTZ", "TIMESTAMPNTZ", "DATETIME"], DATETIME),
    **dict.fromkeys(["BINARY", "VARBINARY", "BLOB"], BYTES),
    **dict.fromkeys(["JSON", "JSONB"], JSON),
    "BOOLEAN": BOOL,
    "DATE": DATE,
    "TIME": TIME,
    "INTERVAL": DURATION,
}


@frozen
class Typer:
    """Types expressions of one query: `column` tells the type of a column, `hole` that of a text that marks a hole."""

    dialect: Dialect
    column: Callable[[exp.Column], Type | None]
    hole: Callable[[str], Type | None]
    query: Callable[[exp.Expr], Type | None]

    def of(self, node: exp.Expr | None) -> Type | None:
        """The type of an expression; None where it is not certain."""
        from sqlglot import exp

        match node:
            case exp.Column():
                return self.column(node)
            case exp.Alias() | exp.Paren() | exp.Window() | exp.Filter() | exp.Distinct():
                return self.of(node.this)
            case exp.Literal():
                return self._literal(node)
            case exp.Cast():
                return cast_type(node.to, self.dialect)
            case exp.Boolean():
                return self._bool()
            case exp.Subquery():
                return self.query(node)
            case exp.Predicate() | exp.Connector() | exp.Not() | exp.Exists():
                return self._bool()
            case exp.Binary():
                return self._arithmetic(node)
            case exp.Func():
                return self._function(node)
            case _:
                return None

    def _bool(self) -> Type:
        return INT if self.dialect == "sqlite" else BOOL

    def _literal(self, node: exp.Literal) -> Type | None:
        text = str(node.this)
        if node.is_string:
            return self.hole(text)
        if text.isdigit():
            return INT
        return FLOAT if self.dialect == "sqlite" or "e" in text.lower() else None

    def _arithmetic(self, node: exp.Binary) -> Type | None:
        from sqlglot import exp

        left, right = base(self.of(node.left)), base(self.of(node.right))
        if isinstance(node, exp.DPipe):
            return STR if STR in (left, right) else None
        if left is None or right is None or not {left, right} <= {INT, FLOAT}:
            return None
        if FLOAT in (left, right):
            return FLOAT
        if isinstance(node, exp.Div):
            return FLOAT if self.dialect == "duckdb" else INT if self.dialect in ("sqlite", "postgres") else None
        return INT if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Mod) else None

    def _function(self, node: exp.Func) -> Type | None:
        from sqlglot import exp

        counted = exp.Count | exp.RowNumber | exp.Rank | exp.DenseRank | exp.Length | exp.CountIf
        texts = exp.Upper | exp.Lower | exp.Trim | exp.Substring | exp.Concat | exp.Replace | exp.GroupConcat
        match node:
            case exp.Max() | exp.Min() | exp.Abs() | exp.FirstValue() | exp.LastValue() | exp.Lag() | exp.Lead():
                return self.of(node.this)
            case exp.Sum():
                kind = base(self.of(node.this))
                return kind if kind in (INT, FLOAT) else None
            case exp.Avg():
                kind = base(self.of(node.this))
                is_float = kind == FLOAT or (kind == INT and self.dialect in ("sqlite", "duckdb"))
                return FLOAT if is_float else None
            case exp.Coalesce():
                kinds = [base(self.of(part)) for part in (node.this, *node.expressions)]
                return _same(kinds)
            case exp.Case():
                branches = [child(part, "true") for part in children(node, "ifs")]
                return _same(base(self.of(part)) for part in (*branches, child(node, "default")) if part)
            case exp.CurrentDate():
                return STR if self.dialect == "sqlite" else DATE
            case exp.CurrentTimestamp():
                return STR if self.dialect == "sqlite" else DATETIME
            case exp.Anonymous() if node.name.lower() in ("now", "get_current_timestamp"):
                return DATETIME
            case exp.ArrayAgg():
                kind = self.of(node.this)
                return ListOf(kind) if kind and self.dialect in ("duckdb", "postgres") else None
            case _:
                return INT if isinstance(node, counted) else STR if isinstance(node, texts) else None


def base(kind: Type | None) -> Type | None:
    """A type without its `?`."""
    return kind.item if isinstance(kind, Optional) else kind


def _same(kinds: Iterable[Type | None]) -> Type | None:
    found = set(kinds)
    return found.pop() if len(found) == 1 else None


def cast_type(to: exp.DataType, dialect: Dialect) -> Type | None:
    """The type of the language that `CAST(x AS ...)` makes."""
    name = to.this.name if hasattr(to.this, "name") else str(to.this)
    if name == "DECIMAL":
        sizes = [int(size.name) for size in to.expressions if size.name.isdigit()]
        return Decimal(sizes[0], sizes[1]) if len(sizes) == 2 else None
    if name in ("ARRAY", "LIST"):
        inner = cast_type(to.expressions[0], dialect) if to.expressions else None
        return ListOf(inner) if inner else None
    found = _BY_NAME.get(name)
    if dialect == "sqlite" and found in (DATE, TIME, DATETIME, BOOL, DURATION, JSON):
        return None  # these have no type of their own there
    return found
