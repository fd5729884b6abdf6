"""Params, checked once more when the run starts: Dagster knows no dates, decimals, durations and ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import TaskFailure
from .reading import from_json
from .values import Mismatch, conform

Range = tuple[Any, Any]


def verify_params(
    given: Mapping[str, Any], types: Mapping[str, str], ranges: Mapping[str, Range] | None = None
) -> None:
    """Fail if a param is not of its type, or not in its range (both ends in)."""
    problems = [
        f"param {name}: {problem}"
        for name, type in types.items()
        if (problem := _problem(given[name], type, *(ranges or {}).get(name, (None, None))))
    ]
    if problems:
        raise TaskFailure("; ".join(problems))


def _problem(said: Any, type: str, low: Any, high: Any) -> str | None:
    """What is wrong with a value, if anything."""
    try:
        value = conform(from_json(said, type), type)
    except (ValueError, Mismatch) as error:
        return str(error)
    is_outside = value is not None and ((low is not None and value < low) or (high is not None and value > high))
    return f"{value} is not in {'' if low is None else low} .. {'' if high is None else high}" if is_outside else None
