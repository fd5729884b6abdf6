"""Values on their way from task to task: XComs hold plain JSON, and the type of a value tells how to read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from . import types
from .reading import from_json
from .texts import plain
from .values import carried, conform, decode

if TYPE_CHECKING:
    from .states import At

VERDICT = "verdict"
"""The XCom of a check that has found that what follows has to be skipped."""


def to_xcom(value: Any, type: str) -> Any:
    """The value as plain JSON, once it is of the type; Mismatch says why it is not."""
    found = types.of(type)
    fit = conform(value, found)
    return carried(fit, found) if _is_untyped(found) else plain(fit, found)


def from_xcom(value: Any, type: str) -> Any:
    """The value of that type that an XCom holds; None stays None."""
    if value is None:
        return None
    found = types.of(type)
    return decode(json.dumps(value)) if _is_untyped(found) else from_json(value, found)


def pull(
    context: Mapping[str, Any], task: str | At, *, key: str = "return_value", unless: Iterable[str | At] = ()
) -> Any:
    """What a task of this run has left in an XCom, or None; of the reader's own element where both are mapped.

    `unless` are checks: where one of them says skip, there is no value.
    """
    ti = context["ti"]
    if any(pull(context, check, key=VERDICT) for check in unless):
        return None
    if not isinstance(task, str):
        return ti.xcom_pull(task_ids=task.task_id, map_indexes=task.map_index, key=key)
    found = ti.xcom_pull(task_ids=task, map_indexes=ti.map_index, key=key)
    if found is None and ti.map_index >= 0:
        return ti.xcom_pull(task_ids=task, map_indexes=-1, key=key)
    return found


def _is_untyped(type: types.Type) -> bool:
    """Whether a part of the value is of no known type, so that the XCom itself has to tell a date from a text."""
    if isinstance(type, types.Record):
        return any(_is_untyped(field) for _, field in type.fields)
    if isinstance(type, (types.OptionalOf, types.ListOf)):
        return _is_untyped(type.item)
    return _is_untyped(type.value) if isinstance(type, types.MapOf) else type == types.Scalar("any")
