"""A run's normal trace, from what Airflow itself recorded: states and tries of task instances, values of XComs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, cast

from attrs import frozen

from flowc.runtime.facts import Span
from flowc.runtime.trace import Line, table
from flowc.runtime.values import decode, encode
from flowc_targets.airflow.model import Traced, TracedFlow
from flowc_targets.airflow.wire import from_xcom
from flowc_targets.engines.stories import TraceError

Index = tuple[int, ...]
Outcome = Literal["succeeded", "recovered", "failed", "skipped", "blocked"]

_OUTCOMES: Mapping[str | None, Outcome] = {
    "success": "succeeded",
    "failed": "failed",
    "skipped": "skipped",
    "upstream_failed": "blocked",
}
_RUNS = {"success": "succeeded", "failed": "failed"}
TURN, SETTLED = "flowc_turn", "flowc_cancelled"
"""The tasks that let a run begin, and that tell whether others have ended it."""


@frozen
class Instance:
    """A task instance as Airflow recorded it."""

    map_index: int
    state: str | None
    attempts: int


def trace(run: Mapping[str, Any], flow: TracedFlow, runs: Iterable[Mapping[str, Any]] = ()) -> list[str]:
    """The lines of a run's trace; `runs` are all that were recorded with it, those that it started among them.

    None of one that was dropped.
    """
    all_ = list(runs)
    reader = _Reader(run, all_)
    if reader.state(TURN) == "success" and (TURN, -1, "return_value") not in reader.values:
        return []
    lines = list(reader.all_lines(flow))
    for part in flow.parts:
        its = next((each for each in all_ if (each["dag_id"], each["run_id"]) == (part.dag_id, run["run_id"])), None)
        lines += _not_begun(part) if its is None else _Reader(its, all_).all_lines(part)
    found = sorted(lines, key=lambda line: (line.name, line.index))
    return table(found, "cancelled" if reader.state(SETTLED) == "success" else _RUNS.get(run["state"], run["state"]))


def _not_begun(part: TracedFlow) -> Iterator[Line]:
    """The tasks of a part that had no run, since the whole was stopped before."""
    for task in part.tasks:
        if not task.saves:
            indexes = [(n,) for n in range(task.over)] if isinstance(task.over, int) else [()]
            yield from (Line(" ".join(task.name.split()), index, "blocked", 0) for index in indexes)


def spans(run: Mapping[str, Any], flow: TracedFlow) -> list[Span]:
    """Every attempt of a run with its times, for the facts that must hold of them (`flowc.runtime.facts`)."""
    reader = _Reader(run, [])
    numbered = {(row["task_id"], row["map_index"]): row["attempts"] for row in run["instances"]}
    found: list[Span] = []
    for task in flow.tasks:
        for instance in reader.instances.get(task.id, ()):
            index, *_ = [*reader.indexes(task, instance), ()]
            for number, attempt in enumerate(numbered[task.id, instance.map_index], 1):
                if attempt["start"] and attempt["end"]:
                    start, end = (datetime.fromisoformat(attempt[side]).timestamp() for side in ("start", "end"))
                    found.append(Span(task.name, index, number, start, end))
    return found


class _Reader:
    def __init__(self, run: Mapping[str, Any], runs: list[Mapping[str, Any]]) -> None:
        self.runs = runs
        self.instances: dict[str, list[Instance]] = {}
        idle = {(row["task_id"], row["map_index"]) for row in run["values"] if row["key"] == "not_begun"}
        for row in run["instances"]:
            # a mapped task whose list got shorter leaves instances that are no more
            if row["state"] != "removed":
                # an attempt that only found that the run has to end has not begun
                attempts = len(row["attempts"]) - ((row["task_id"], row["map_index"]) in idle)
                found = Instance(row["map_index"], row["state"], attempts)
                self.instances.setdefault(row["task_id"], []).append(found)
        self.values: dict[tuple[str, int, str], Any] = {
            (row["task_id"], row["map_index"], row["key"]): decode(row["value"])
            for row in run["values"]
            if row["value"] is not None
        }

    def all_lines(self, flow: TracedFlow) -> Iterator[Line]:
        """The lines of all tasks."""
        return (line for task in flow.tasks for line in self.lines(task))

    def lines(self, task: Traced) -> Iterator[Line]:
        """The lines of a task's instances; none where it did not exist in this run."""
        if task.due and self.state(task.due) != "success":
            return
        for instance in self.instances.get(task.id, ()):
            if task.saves and not self.is_tried(task, instance.map_index):
                continue
            outcome = self.outcome(task, instance)
            value = self.value(task, instance, outcome)
            for index in self.indexes(task, instance):
                yield Line(" ".join(task.name.split()), index, outcome, instance.attempts, value)

    def is_tried(self, task: Traced, map_index: int) -> bool:
        """Whether a fallback exists in this run: its task has failed by itself, and before the deadline."""
        if not task.saves or self.state(task.saves, map_index) != "failed":
            return False
        return not any((task.gate, index, "deadline") in self.values for index in (map_index, -1))

    def state(self, task_id: str, map_index: int = -1) -> str | None:
        found = {instance.map_index: instance.state for instance in self.instances.get(task_id, ())}
        return found.get(map_index, found.get(-1))

    def indexes(self, task: Traced, instance: Instance) -> list[Index]:
        """The indexes that a record stands for.

        Airflow makes no instances of a mapped task that it blocks or skips before it starts any: the one record then
        stands for every element of the list, or where the loop was not entered for the loop as a whole.
        """
        if not task.loops:
            return [()]
        known = self.elements(task)
        if instance.map_index >= 0:
            return [known[instance.map_index] if known is not None else (instance.map_index,)]
        return [()] if known is None else known

    def elements(self, task: Traced) -> list[Index] | None:
        """The index of each element of a task's loops; None where these were not entered."""
        if isinstance(task.over, int):
            return [(number,) for number in range(task.over)]
        if task.over is None or self.state(task.over) != "success":
            return None
        found = cast("list[Any]", self.values.get((task.over, -1, "return_value"), []))
        return [tuple(each["index"]) for each in found] if task.is_flattened else [(n,) for n in range(len(found))]

    def outcome(self, task: Traced, instance: Instance) -> Outcome:
        if instance.state not in _OUTCOMES:
            raise TraceError(f"{task.id}[{instance.map_index}] is {instance.state}")
        found = _OUTCOMES[instance.state]
        if found == "failed" and task.result and self.state(task.result, instance.map_index) == "success":
            return "recovered"
        return "blocked" if found == "failed" and not instance.attempts else found

    def value(self, task: Traced, instance: Instance, outcome: Outcome) -> str | None:
        """The one JSON text that carries the value."""
        if task.value is None or outcome not in ("succeeded", "recovered"):
            return None
        key = (task.result if outcome == "recovered" and task.result else task.id, instance.map_index)
        held = self.values.get((*key, "return_value"))
        if task.value.of_run and outcome == "succeeded":
            held = self._of_child(task, instance, task.value.of_run)
        return encode(from_xcom(held, task.value.type), task.value.type)

    def _of_child(self, task: Traced, instance: Instance, result: str) -> Any:
        run_id = self.values.get((task.id, instance.map_index, "trigger_run_id"))
        for run in self.runs:
            if run["run_id"] == run_id:
                return next((decode(row["value"]) for row in run["values"] if row["task_id"] == result), None)
        raise TraceError(f"the run that {task.name} started is not among the records")
