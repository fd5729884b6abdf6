"""Names in a DAG file: functions, variables, and where the support functions live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowc.target.naming import variable

KIT = "dagkit"

_HOMES: Mapping[str, tuple[str, ...]] = {
    "states": ("At", "checked", "group"),
    "wire": ("from_xcom", "to_xcom"),
    "xcom": ("pull", "value_of_flow"),
    "rules": ("decide", "end_run", "fell_back", "require", "result_of"),
    "handlers": ("due_after_failure", "due_after_success", "due_when_late", "failure_of_run"),
    "loops": ("elements", "flatten", "gather"),
    "retries": ("Backoff",),
    "exceptions": ("AirflowFailException",),
    "results": ("dag_result",),
    "timetables": ("CronTriggerTimetable", "MultipleCronTriggerTimetable"),
    "failures": ("note_error",),
    "process": ("apart", "in_project", "run_apart"),
    "outputs": ("place_for",),
    "run": ("run_at", "run_date", "run_trigger"),
    "params": ("verify_params",),
    "checks": ("skip_what_follows",),
    "waits": ("FOREVER", "wait_for_file", "wait_until"),
    "subflows": ("start_flow",),
    "settings": ("secret", "set_env", "without_secrets"),
    "deadline": ("Deadline",),
    "resources": ("resources",),
    "environment": ("env",),
    "paths": ("Table", "path"),
    "reading": ("from_json",),
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
HOMES: Mapping[str, str] = {name: module for module, names in _HOMES.items() for name in names}
"""The module of the support package that has each support function."""

HOME: Mapping[str, str] = {name: f"{KIT}.{module}" for name, module in HOMES.items()}
"""The same as it is imported from DAG files."""

MODULES = ("shell", "sql", "http", "mail", "connections")
"""Modules of the support package that are imported whole."""

RESERVED = frozenset(
    {
        *HOME,
        *MODULES,
        "DAG",
        "TaskGroup",
        "ParamsDict",
        "Param",
        "Asset",
        "task",
        "task_group",
        "dag",
        "context",
        "params",
        "logging",
        "DEADLINE",
    }
    | {"date", "datetime", "time", "timedelta", "timezone", "Decimal", "Path", "ZoneInfo"}
    | {"ClockTimetable", "Clock", "Period"}
)
"""What DAG files may have for themselves."""

LOCAL = frozenset({"dag", "context", "params", "self", "subject", "lateness", "DEADLINE"})
"""What functions of a DAG file have for themselves, whatever it imports."""


def lock_pool(lock: str) -> str:
    """The pool of one slot that a lock is."""
    return f"lock {lock}"


class Taken:
    """Names that are given once."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self._taken = set(reserved)

    def add(self, names: Iterable[str]) -> None:
        """Names that are given elsewhere: ids of tasks, which groups must not have."""
        self._taken |= {*names}

    def give(self, wanted: str, longer: str = "") -> str:
        """A Python name like the wanted one; where that is given already, like the longer one."""
        found = variable(wanted, self._taken)
        if longer and found != wanted and wanted in self._taken:
            found = variable(longer, self._taken)
        self._taken.add(found)
        return found


def imported(lines: Iterable[str]) -> frozenset[str]:
    """The names that lines of imports bring."""
    found = (line.rpartition("import ")[2].split(", ") for line in lines)
    return frozenset(name for names in found for name in names if name)


def last(name: str) -> str:
    """The last part of a task's path; of a check's name its text is a part of it."""
    head, blank, rest = name.partition(" ")
    return head.rpartition(".")[2] + blank + rest
