"""A run's normal trace, from what Prefect itself recorded: states and run counts of task runs, and their results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowc.runtime.facts import Span
from flowc.runtime.trace import Line, table
from flowc_targets.engines.stories import TraceError
from flowc_targets.prefect.model import Traced, TracedFlow

Index = tuple[int, ...]
_INDEX = re.compile(r"\[(\d+(?:,\d+)*)\]$")
_RUNS = {"COMPLETED": "succeeded", "FAILED": "failed", "CANCELLED": "cancelled"}


def trace(run: Mapping[str, Any], flow: TracedFlow, runs: Sequence[Mapping[str, Any]] = ()) -> list[str]:
    """The lines of a run's trace; none of one that was dropped, which never began. `runs` has those of its parts."""
    if run["type"] == "CANCELLED" and not run["tasks"]:
        return []
    lines = list(_Reader(run, flow).lines())
    for part in flow.parts:
        its = next((each for each in runs if each.get("flow") == part.name), None)
        lines += _not_begun(part) if its is None else _Reader(its, part).lines()
    found = sorted(lines, key=lambda line: (line.name, line.index))
    return table(found, _RUNS.get(run["type"], str(run["type"]).lower()))


def _not_begun(part: TracedFlow) -> Iterator[Line]:
    """The tasks of a part that had no run, since the whole was stopped before."""
    return (Line(" ".join(task.name.split()), (), "blocked", 0) for task in part.tasks if not task.saves)


def spans(run: Mapping[str, Any], flow: TracedFlow) -> list[Span]:
    """Every attempt with its times, for the facts that must hold of them (`flowc.runtime.facts`).

    Of those that hold a pool `waits` tells that what Prefect knows of them begins before they have it. It tells of
    slots too, by events, but of one that is given back only once another may have it: both would seem to hold it.
    """
    reader = _Reader(run, flow)
    return [
        Span(reader.tasks[id_].name, index, number, start, end, reader.tasks[id_].waits)
        for (id_, index), row in reader.found.items()
        for number, (start, end) in enumerate(row.get("spans", ()), 1)
    ]


class _Reader:
    def __init__(self, run: Mapping[str, Any], flow: TracedFlow) -> None:
        self.tasks = {task.id: task for task in flow.tasks}
        self.saved = {task.saves: task for task in flow.tasks if task.saves}
        self.found: dict[tuple[str, Index], Mapping[str, Any]] = {}
        for row in run["tasks"]:
            if row["name"] in flow.inner:
                continue
            key = self._key(row["name"])
            if key in self.found:
                raise TraceError(f"two task runs are called {row['name']}")
            self.found[key] = row

    def _key(self, name: str) -> tuple[str, Index]:
        if name in self.tasks:
            return name, ()
        indexed = _INDEX.search(name)
        if indexed and name[: indexed.start()] in self.tasks:
            return name[: indexed.start()], tuple(map(int, indexed[1].split(",")))
        raise TraceError(f"nobody knows the task run {name}")

    def lines(self) -> Iterator[Line]:
        for (id_, index), row in self.found.items():
            task = self.tasks[id_]
            outcome, value = self._outcome(task, index, row)
            attempts = _begun(row) if outcome != "blocked" else 0
            yield Line(" ".join(task.name.split()), index, outcome, attempts, value)

    def _outcome(self, task: Traced, index: Index, row: Mapping[str, Any]) -> tuple[str, str | None]:
        match row["type"], row["state"]:
            case "COMPLETED", "Skipped":
                return "skipped", None
            case "COMPLETED", _:
                return "succeeded", row["value"]
            case ("FAILED", "UpstreamFailed") | ("PENDING", "NotReady"):
                return "blocked", None
            case ("FAILED", _) if not _begun(row):
                return "blocked", None
            case (("FAILED" | "CRASHED"), _):
                return self._saved(task, index)
            case _:
                raise TraceError(f"{row['name']} has not ended: it is {row['state']}")

    def _saved(self, task: Traced, index: Index) -> tuple[str, str | None]:
        """A failed task is recovered where its fallback succeeded, or was recovered itself."""
        fallback = self.saved.get(task.id)
        row = self.found.get((fallback.id, index)) if fallback else None
        if fallback is None or row is None:
            return "failed", None
        outcome, value = self._outcome(fallback, index, row)
        return ("recovered", value) if outcome in ("succeeded", "recovered") else ("failed", None)


def _begun(row: Mapping[str, Any]) -> int:
    """The attempts that have begun: one that found that its run has to end has not."""
    return row["attempts"] - ("NotBegun" in (row["message"] or ""))
