"""SQL text with holes: does it parse, what does it read and write, what comes back. Alone in the house with sqlglot."""

from flowc.sema.outside.sql.analysis import analyse
from flowc.sema.outside.sql.facts import (
    ColumnConflict,
    HoleFacts,
    ResultColumn,
    SqlError,
    SqlFacts,
    Star,
    TableRead,
    TableWrite,
    UnknownColumn,
    same_table,
    write_mode,
)
from flowc.sema.outside.sql.text import Dialect, Hole, Place, split_statements

__all__ = [
    "ColumnConflict",
    "Dialect",
    "Hole",
    "HoleFacts",
    "Place",
    "ResultColumn",
    "SqlError",
    "SqlFacts",
    "Star",
    "TableRead",
    "TableWrite",
    "UnknownColumn",
    "analyse",
    "same_table",
    "split_statements",
    "write_mode",
]
