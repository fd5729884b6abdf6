"""Params, checked before anything runs (rule 17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .errors import UsageError
from .model import REQUIRED, Flow, Param
from .reading import from_json, parse
from .texts import text
from .values import Mismatch, conform

if TYPE_CHECKING:
    from .view import View


def from_texts(flow: Flow, given: Mapping[str, str]) -> dict[str, Any]:
    """Params of a command line, each read by its type; UsageError names all that cannot be."""
    types = {param.name: param.type for param in flow.params}
    found: dict[str, Any] = {}
    problems: list[str] = []
    for name, said in given.items():
        try:
            found[name] = parse(said, types[name]) if name in types else said
        except ValueError as error:  # noqa: PERF203
            problems.append(f"param {name}: {error}")
    if problems:
        raise UsageError("\n".join(problems))
    return found


def bind(flow: Flow, given: Mapping[str, Any], v: View) -> dict[str, Any]:
    """A value for every param; UsageError names all that are bad, missing or unknown.

    Dates, durations and their like may be given as text; else only an int for a float is converted.
    """
    known = {param.name: param for param in flow.params}
    problems = [f"{flow.name} has no param {name}{_instead(known)}" for name in given if name not in known]
    found: dict[str, Any] = {}
    for name, param in known.items():
        if name not in given and callable(param.default) and problems:
            continue  # it may build on one that is not there
        try:
            found[name] = _value(param, given, v)
        except (ValueError, Mismatch) as error:
            problems.append(f"param {name}: {error}")
        v.params = found
    if problems:
        raise UsageError("\n".join(problems))
    return found


def _value(param: Param, given: Mapping[str, Any], v: View) -> Any:
    if param.name in given:
        value = conform(from_json(given[param.name], param.type), param.type)
    elif param.default is REQUIRED:
        raise ValueError(f"missing; its type is {param.type}")
    else:
        value = conform(param.default(v) if callable(param.default) else param.default, param.type)
    _in_range(param, value)
    return value


def _in_range(param: Param, value: Any) -> None:
    below = value is not None and param.low is not None and value < param.low
    above = value is not None and param.high is not None and value > param.high
    if below or above:
        raise ValueError(f"{text(value, param.type)} is not in {_end(param, param.low)} .. {_end(param, param.high)}")


def _end(param: Param, value: Any) -> str:
    return text(value, param.type) if value is not None else ""


def _instead(known: Mapping[str, Param]) -> str:
    return f"; it has {', '.join(known)}" if known else "; it has none"
