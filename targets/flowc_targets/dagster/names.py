"""Names in the generated modules: functions, variables, and where the support functions live."""

from __future__ import annotations

import keyword
from collections.abc import Mapping

from flowc.target.naming import variable
from flowc_targets.project.names import MODULES, homes

KIT = "kit"
"""The support package, inside of the project's own."""

_HOMES: Mapping[str, tuple[str, ...]] = {
    "outcomes": ("Element", "OwnSkip", "Outcome", "Verdict", "fitting", "guarded", "said"),
    "rules": ("checked", "decide", "fell_back", "group", "require", "result_of"),
    "handlers": ("due", "due_after_failure", "due_after_success", "due_when_late", "end_run", "failure_of_run"),
    "loops": ("LOOP", "Rows", "at_element", "by_element", "gathered", "loop", "nested"),
    "retries": ("Backoff", "retried"),
    "exits": ("exits_fail",),
    "process": ("apart", "place_for", "variables"),
    "run": ("run_at", "run_date", "run_trigger"),
    "params": ("verify_params",),
    "waits": ("wait_for", "wait_for_file", "wait_until"),
    "written": ("wait_for_asset",),
    "approvals": ("wait_for_approval",),
    "subflows": ("run_flow", "to_config"),
    "caching": ("kept",),
    "settings": ("secret",),
    "deadline": ("Deadline",),
    "overlap": ("come_in",),
    "reading": ("from_json",),
    "texts": ("text", "plain"),
    "values": ("conform",),
}
HOMES: Mapping[str, str] = homes(_HOMES)
"""The module of the support package that has each support function."""

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
        *(
            "dg",
            "params",
            "Any",
            "Literal",
            "Field",
            "Iterator",
            "DEADLINE",
            "FILLED",
            "after",
            "entered",
            "elements",
            "events",
            "catchup",
            "levels",
        ),
        *("tasks", "value", "subject", "date", "datetime", "time", "timedelta", "timezone", "Decimal", "Path"),
        *("ZoneInfo", "self"),
        # a first parameter of such a name Dagster takes for the context
        *("_", "_context", "context_"),
    }
)
"""What a generated module has for itself, and what Dagster allows no op or input to be called."""

_OF_RESOURCES = frozenset(
    {
        *("create_resource", "nested_resources", "setup_for_execution", "with_replaced_resource_context"),
        *("model_config", "model_dump", "model_dump_json", "model_extra", "model_fields_set"),
        *("model_validate", "model_validate_json", "model_validate_strings"),
    }
)
"""Fields that a resource cannot have, for Dagster and pydantic call them."""


def field(param: str) -> str:
    """The field of the resource `params` that holds a param."""
    return variable(param, _OF_RESOURCES)
