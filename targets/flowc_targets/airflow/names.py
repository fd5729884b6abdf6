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
    "failed_tasks": ("failure_of_run", "first_failure"),
    "handlers": ("due_after_failure", "due_after_success", "due_when_late"),
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
    "parts": ("in_part", "of_part", "start_part"),
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

_CONTEXT = frozenset(
    {
        *("asset_state_store", "conn", "dag", "dag_run", "data_interval_end", "data_interval_start", "ds", "ds_nodash"),
        *("exception", "expanded_ti_count", "inlet_events", "inlets", "logical_date", "macros", "map_index_template"),
        *("outlet_events", "outlets", "params", "partition_date", "partition_key", "prev_data_interval_end_success"),
        *("prev_data_interval_start_success", "prev_end_date_success", "prev_start_date_success", "reason", "run_id"),
        *("task", "task_instance", "task_instance_key_str", "task_reschedule_count", "task_state_store"),
        *("templates_dict", "test_mode", "ti", "triggering_asset_events", "try_number", "ts", "ts_nodash"),
        *("ts_nodash_with_tz", "var"),
    }
)
"""What Airflow hands to a task's function under a name of its own (`KNOWN_CONTEXT_KEYS`): no parameter may have it."""

LOCAL = _CONTEXT | {"context", "self", "subject", "lateness", "DEADLINE"}
"""What functions of a DAG file have for themselves, whatever it imports."""


def lock_pool(lock: str) -> str:
    """The pool of one slot that a lock is."""
    return f"lock {lock}"


def imported(lines: Iterable[str]) -> frozenset[str]:
    """The names that lines of imports bring."""
    found = (line.rpartition("import ")[2].split(", ") for line in lines)
    return frozenset(name for names in found for name in names if name)
