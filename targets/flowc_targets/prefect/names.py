"""Names in a flow's file, and where the support functions live."""

from __future__ import annotations

from collections.abc import Mapping

from flowc.target.code import identifier
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
    | {
        "Asset",
        "AssetProperties",
        "Field",
        "logging",
        "date",
        "datetime",
        "time",
        "timedelta",
        "timezone",
        "Decimal",
        "Path",
    }
)
"""What a flow's file has for itself."""

_PREFECTS = frozenset({"wait_for", "return_state", "v__args", "v__kwargs", "v__duplicate_kwargs"})
"""What a param may not be called: calls of flows have words of their own, and so has the check of params."""
_MODELS = (
    *("config", "fields", "fields_set", "computed_fields", "extra", "construct", "copy", "dump", "dump_json"),
    *("json_schema", "parametrized_name", "post_init", "rebuild", "validate", "validate_json", "validate_strings"),
)
_PYDANTICS = frozenset(f"model_{name}" for name in _MODELS)
"""What a model of Pydantic, by which Prefect checks params, has for itself."""


def param_name(name: str) -> str:
    """A param as the flow function knows it, and who asks for a run: with `_` at its end where its name is taken."""
    if name in _PREFECTS | _PYDANTICS:
        return f"{name}_"
    return identifier(f"{name.lstrip('_')}_" if name.startswith("_") else name)
