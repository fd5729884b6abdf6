"""Names in a DAG file: functions, variables, and where the support functions live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowc_targets.project.names import MODULES, homes

KIT = "dagkit"

_HOMES: Mapping[str, tuple[str, ...]] = {
    "states": ("At", "checked", "group", "instances"),
    "wire": ("from_xcom", "to_xcom"),
    "xcom": ("pull", "value_of_flow"),
    "rules": ("decide", "end_run", "fell_back", "require", "result_of"),
    "handlers": ("due_after_failure", "due_after_success", "due_when_late", "failure_of_run"),
    "loops": ("elements", "entered", "flatten", "gather"),
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
    "waits": ("FOREVER", "wait_for", "wait_for_file", "wait_until"),
    "assets": ("wait_for_asset",),
    "approvals": ("Question", "asking"),
    "subflows": ("start_flow",),
    "parts": ("of_part", "start_part"),
    "caching": ("kept",),
    "settings": ("secret", "set_env", "without_secrets"),
    "deadline": ("Deadline", "fail_if_cancelled", "unless_cancelled"),
    "overlap": ("come_in", "wait_for_turn"),
    "resources": ("resources",),
    "reading": ("from_json",),
    "texts": ("text",),
}
HOMES: Mapping[str, str] = homes(_HOMES)
"""The module of the support package that has each support function."""

HOME: Mapping[str, str] = {name: f"{KIT}.{module}" for name, module in HOMES.items()}
"""The same as it is imported from DAG files."""

RESERVED = frozenset(
    {
        *HOME,
        *MODULES,
        "DAG",
        "LargeDAG",
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


def imported(lines: Iterable[str]) -> frozenset[str]:
    """The names that lines of imports bring."""
    found = (line.rpartition("import ")[2].split(", ") for line in lines)
    return frozenset(name for names in found for name in names if name)
