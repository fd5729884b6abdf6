"""Names in the generated modules: functions, variables, and where the support functions live."""

from __future__ import annotations

import keyword
from collections.abc import Mapping

from flowc.target.naming import variable

KIT = "kit"
"""The support package, inside of the project's own."""

_HOMES: Mapping[str, tuple[str, ...]] = {
    "outcomes": ("Element", "OwnSkip", "Outcome", "Verdict", "guarded", "said"),
    "rules": ("checked", "decide", "fell_back", "group", "require", "result_of"),
    "handlers": ("due", "due_after_failure", "due_after_success", "due_when_late", "end_run", "failure_of_run"),
    "loops": ("LOOP", "Rows", "at_element", "by_element", "gathered", "loop", "nested"),
    "retries": ("Backoff", "retried"),
    "process": ("apart", "place_for", "variables"),
    "run": ("run_at", "run_date", "run_trigger"),
    "params": ("verify_params",),
    "waits": ("wait_for_file", "wait_until"),
    "subflows": ("run_flow", "to_config"),
    "settings": ("secret",),
    "deadline": ("Deadline",),
    "environment": ("env",),
    "paths": ("Table", "path"),
    "reading": ("from_json",),
    "texts": ("text", "plain"),
    "values": ("conform",),
    "shell": ("quoted",),
    "http": ("base", "encoded"),
    "statements": ("as_json", "ident", "statement", "table"),
    "operators": (
        *("abs", "add", "at", "coalesce", "contains", "days", "divide", "first", "int64", "join", "join_path", "last"),
        *("matches", "member", "multiply", "round", "same", "subtract", "sum", "to", "to_date", "to_datetime"),
        *("to_decimal", "to_float", "to_int", "to_json", "to_path", "to_str", "unique", "values"),
    ),
}
HOMES: Mapping[str, str] = {name: module for module, names in _HOMES.items() for name in names}
"""The module of the support package that has each support function."""

MODULES = ("shell", "sql", "http", "mail", "connections")
"""Modules of the support package that are imported whole."""

DISALLOWED = frozenset(
    {
        *keyword.kwlist,
        *("context", "conf", "config", "meta", "arg_dict", "dict", "input_arg_dict", "output_arg_dict"),
        *("int", "str", "float", "bool", "input", "output", "type"),
    }
)
"""Names that Dagster lets no op, input or output have."""

RESERVED = frozenset(
    {
        *HOMES,
        *MODULES,
        *DISALLOWED,
        *("dg", "params", "Any", "Literal", "Field", "Iterator", "DEADLINE", "after", "entered", "elements", "levels"),
        *("tasks", "value", "subject", "date", "datetime", "time", "timedelta", "timezone", "Decimal", "Path"),
        *("ZoneInfo", "self"),
    }
)
"""What a generated module has for itself, and what Dagster allows no op or input to be called."""


class Taken:
    """Names that are given once."""

    def __init__(self) -> None:
        self._taken = set(RESERVED)

    def give(self, wanted: str, longer: str = "") -> str:
        """A Python name like the wanted one; where that is given already, like the longer one."""
        found = variable(wanted, self._taken)
        if longer and found != wanted and wanted in self._taken:
            found = variable(longer, self._taken)
        self._taken.add(found)
        return found


def last(name: str) -> str:
    """The last part of a task's path; of a check's name its text is a part of it."""
    head, blank, rest = name.partition(" ")
    return head.rpartition(".")[2] + blank + rest
