"""Params, checked once more when the run starts: Airflow lets unknown ones pass, and `5.0` for a whole number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .exceptions import AirflowFailException
from .reading import from_json
from .values import Mismatch, conform

OURS = "/"
"""What no param's name has, but what one run tells another that it starts."""
Range = tuple[Any, Any]
NO_ENDS: Range = (None, None)


def verify_params(
    context: Mapping[str, Any], types: Mapping[str, str] | None = None, ranges: Mapping[str, Range] | None = None
) -> None:
    """Fail, and so start nothing, if a param is unknown, is not of its type, or not in its range (both ends in).

    `types` and `ranges` are those that the JSON schemas of the DAG's params do not tell in full.
    """
    said = {**context["params"], **(context["dag_run"].conf or {})}
    given = {name: value for name, value in said.items() if OURS not in name}
    problems = [f"there is no param {name}" for name in given if name not in context["dag"].params]
    problems += [
        f"param {name}: {problem}"
        for name in context["dag"].params
        if (problem := _problem(given.get(name), (types or {}).get(name, "any"), *(ranges or {}).get(name, NO_ENDS)))
    ]
    if problems:
        raise AirflowFailException("; ".join(problems))


def _problem(said: Any, type: str, low: Any, high: Any) -> str | None:
    """What is wrong with a value, if anything."""
    try:
        value = conform(from_json(said, type), type)
    except (ValueError, Mismatch) as error:
        return str(error)
    is_outside = value is not None and ((low is not None and value < low) or (high is not None and value > high))
    return f"{value} is not in {'' if low is None else low} .. {'' if high is None else high}" if is_outside else None
