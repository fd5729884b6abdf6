"""The ends of a run: which handlers are due, and what is told to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from .failures import ERROR
from .rules import has_failed, skip_unless
from .run import began, run_date
from .states import states_of
from .texts import duration_text
from .xcom import pull, pull_at

Context = Mapping[str, Any]


def due_after_failure(context: Context, tasks: Iterable[str]) -> None:
    """Skip what follows unless one of these has failed or was blocked."""
    skip_unless(any(has_failed(context, task) for task in tasks), "nothing has failed")


def due_after_success(context: Context, tasks: Iterable[str]) -> None:
    """Skip what follows if one of these has failed or was blocked."""
    skip_unless(not any(has_failed(context, task) for task in tasks), "something has failed")


def due_when_late(context: Context, sla: timedelta | time, zone: str = "UTC", *, turn: str | None = None) -> str:
    """Skip what follows unless the run is late, after a while or from a time of its day on; by how much it is.

    `turn` is the task that lets a run begin which may have to wait.
    """
    if isinstance(sla, timedelta):
        moment = began(context, turn) + sla
    else:
        moment = datetime.combine(run_date(context, zone), sla, ZoneInfo(zone))
    lateness = datetime.now(timezone.utc) - moment
    skip_unless(lateness > timedelta(0), "the run is not late")
    return duration_text(lateness)


def failure_of_run(
    context: Context,
    tasks: Iterable[str],
    *,
    names: Mapping[str, str] | None = None,
    results: Mapping[str, str] | None = None,
    over: Mapping[str, str | int] | None = None,
    flattened: Mapping[str, str] | None = None,
    returns: str | None = None,
    lateness: str | None = None,
) -> dict[str, str | None]:
    """The first failed instance, else the first blocked one, by name and index: `failed_task` and its `error`.

    `tasks` are ids, `names` those of which the names are others; `results` tells which tasks a fallback may have saved,
    `over` what mapped ones are mapped over, a task, or how many elements there are in the source; `flattened` the same
    of those whose elements tell where they stand. Nothing where nothing has failed.
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
        error = pull_at(context, returns, -1, ERROR) if returns else None
        return {"failed_task": None, "error": error, "lateness": lateness}
    _, name, index, task, number = min(found)
    label = f"{name}[{','.join(map(str, index))}]" if index else name
    return {"failed_task": label, "error": pull_at(context, task, number, ERROR), "lateness": lateness}


def _elements(context: Context, over: str | int | None, flattened: str | None) -> list[tuple[int, ...]]:
    """The index of each element of a loop; none where that was not entered."""
    if flattened:
        return [tuple(each["index"]) for each in pull(context, flattened) or []]
    count = len(pull(context, over) or []) if isinstance(over, str) else over or 0
    return [(number,) for number in range(count)]
