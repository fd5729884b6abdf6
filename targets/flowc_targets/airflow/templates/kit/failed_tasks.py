"""The first failure of a run, as its handlers are told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .failures import ERROR
from .states import states_of
from .xcom import pull, pull_at

Context = Mapping[str, Any]
Failure = tuple[bool, str, tuple[int, ...], "str | None"]
"""Of an instance: whether it was only blocked, the task, its index, and what it said."""
GONE = "process ended"
"""What is told of an attempt that could say nothing any more; Airflow keeps no exit code."""


def failure_of_run(
    context: Context,
    *failures: Failure | None,
    returns: str | None = None,
    lateness: str | None = None,
) -> dict[str, str | None]:
    """The first of these: `failed_task` and its `error`. Nothing where nothing has failed."""
    found = [each for each in failures if each]
    if not found:
        error = pull_at(context, returns, -1, ERROR) if returns else None
        return {"failed_task": None, "error": error, "lateness": lateness}
    _, name, index, error = min(found)
    label = f"{name}[{','.join(map(str, index))}]" if index else name
    return {"failed_task": label, "error": error, "lateness": lateness}


def first_failure(
    context: Context,
    tasks: Iterable[str],
    *,
    names: Mapping[str, str] | None = None,
    results: Mapping[str, str] | None = None,
    over: Mapping[str, str | int] | None = None,
    flattened: Mapping[str, str] | None = None,
) -> Failure | None:
    """The first failed instance, else the first blocked one, by name and index.

    `tasks` are ids, `names` those of which the names are others; `results` tells which tasks a fallback may have saved,
    `over` what mapped ones are mapped over, a task, or how many elements there are in the source; `flattened` the same
    of those whose elements tell where they stand.
    """
    found: list[tuple[bool, str, tuple[int, ...], str, int]] = []
    for task in tasks:
        name = (names or {}).get(task, task)
        elements = _elements(context, (over or {}).get(task), (flattened or {}).get(task))
        saved = states_of(context, results[task]) if results and task in results else {}
        for number, state in states_of(context, task).items():
            if state == "upstream_failed" or (state == "failed" and saved.get(number) != "success"):
                index = elements[max(number, 0)] if elements else ()
                found.append((state != "failed", name, index, task, number))
    if not found:
        return None
    is_blocked, name, index, task, number = min(found)
    error = pull_at(context, task, number, ERROR) or (None if is_blocked else GONE)
    return is_blocked, name, index, error


def _elements(context: Context, over: str | int | None, flattened: str | None) -> list[tuple[int, ...]]:
    """The index of each element of a loop; none where that was not entered."""
    if flattened:
        return [tuple(each["index"]) for each in pull(context, flattened) or []]
    count = len(pull(context, over) or []) if isinstance(over, str) else over or 0
    return [(number,) for number in range(count)]
