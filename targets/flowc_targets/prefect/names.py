"""Names in a flow's file, and where the support functions live."""

from __future__ import annotations

from collections.abc import Mapping

from flowc.target.naming import variable

KIT = "flowkit"

_HOMES: Mapping[str, tuple[str, ...]] = {
    "attempts": ("Skip", "attempt"),
    "facts": ("run_at", "run_date", "run_id", "run_trigger"),
    "final": ("final_state",),
    "graph": ("any_of", "failed", "finished", "group", "optional"),
    "params": ("Bool", "Float", "Int", "read"),
    "process": ("apart", "place_for"),
    "retries": ("jittered", "retry_if"),
    "run": ("Run",),
    "settings": ("secret",),
    "subflows": ("run_flow",),
    "waits": ("wait_for_file", "wait_until"),
    "logs": ("logged",),
    "errors": ("TaskFailure",),
    "environment": ("env",),
    "paths": ("Table", "path"),
    "texts": ("text",),
    "shell": ("quoted",),
    "http": ("base", "encoded"),
    "statements": ("as_json", "ident", "statement", "table"),
    "operators": (
        *("abs", "add", "at", "coalesce", "contains", "days", "divide", "first", "int64", "join", "join_path", "last"),
        *("matches", "member", "multiply", "round", "same", "subtract", "sum", "to", "to_date", "to_datetime"),
        *("to_decimal", "to_float", "to_int", "to_json", "to_path", "to_str", "unique", "values"),
    ),
}
HOME: Mapping[str, str] = {name: module for module, names in _HOMES.items() for name in names}
"""The module of each support function."""

MODULES = ("shell", "sql", "http", "mail", "connections")
"""Modules of the support package that are imported whole."""

RESERVED = frozenset(
    {
        *HOME,
        *MODULES,
        "flow",
        "task",
        "materialize",
        "run",
        "State",
        "NO_CACHE",
        "get_run_logger",
        "return_state",
        "wait_for",
        "Any",
        "Literal",
        "Annotated",
    }
    | {"Asset", "Field", "logging", "date", "datetime", "time", "timedelta", "timezone", "Decimal", "Path"}
)
"""What a flow's file has for itself."""


class Taken:
    """Names that are given once."""

    def __init__(self, taken: set[str] | None = None) -> None:
        self.names = set(RESERVED) | (taken or set())

    def give(self, wanted: str, longer: str = "") -> str:
        """A Python name like the wanted one; where that is given already, like the longer one."""
        found = variable(wanted, self.names)
        if longer and wanted in self.names:
            found = variable(longer, self.names)
        self.names.add(found)
        return found


def last(name: str) -> str:
    """The last part of a task's path; of a check's name its text is a part of it."""
    head, blank, rest = name.partition(" ")
    return head.rpartition(".")[2] + blank + rest
