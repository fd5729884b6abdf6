"""Names in a flow's file, and where the support functions live."""

from __future__ import annotations

from collections.abc import Mapping

from flowc_targets.project.names import MODULES, homes

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
    "caching": ("kept",),
    "settings": ("secret",),
    "subflows": ("run_flow",),
    "parts": ("of_part",),
    "waits": ("wait_for", "wait_for_file", "wait_until"),
    "assets": ("note_partition", "wait_for_asset"),
    "approvals": ("wait_for_approval",),
    "logs": ("logged",),
    "errors": ("TaskFailure",),
    "texts": ("text",),
}
HOME: Mapping[str, str] = homes(_HOMES)
"""The module of each support function."""

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
