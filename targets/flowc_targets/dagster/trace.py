"""A run's normal trace, from what Dagster itself recorded: the events of steps, and the values of its IO manager."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, cast

from flowc.runtime.facts import Span
from flowc.runtime.trace import Line, table
from flowc.runtime.values import decode, encode
from flowc_targets.dagster.model import Traced, TracedFlow
from flowc_targets.engines.stories import TraceError

Index = tuple[int, ...]
Event = Mapping[str, Any]
Outcome = Literal["succeeded", "recovered", "failed", "skipped", "blocked", "absent"]

_STARTS = ("STEP_START", "STEP_RESTARTED")
_ENDS: Mapping[str, Outcome] = {"STEP_SUCCESS": "succeeded", "STEP_FAILURE": "failed", "STEP_SKIPPED": "skipped"}
_RUNS = {"SUCCESS": "succeeded", "FAILURE": "failed", "CANCELED": "cancelled"}
_KEY = re.compile(r"(.+?)\[([^\]]*)\]")


def trace(run: Mapping[str, Any], flow: TracedFlow) -> list[str]:
    """The lines of a run's trace; none of one that was dropped."""
    if run["became"] == "dropped":
        return []
    reader = _Reader(run, flow)
    found = sorted(
        (line for task in flow.tasks for line in reader.lines(task)), key=lambda line: (line.name, line.index)
    )
    return table(found, run["became"] or _RUNS.get(run["state"], run["state"]))


def resumed(runs: Sequence[Mapping[str, Any]], flow: TracedFlow) -> Mapping[str, Any]:
    """A run and those that went on with it as one: what a later one did not run stands as it was."""
    found = runs[0]
    for run in runs[1:]:
        anew = {event["step"] for event in run["events"]}
        ops = {_split(step)[0] for step in anew if step}
        # where the list itself was made anew, none of the elements before is there any more
        gone = {task.id for task in flow.tasks if task.list in ops} | {
            task.result for task in flow.tasks if task.list in ops
        }

        def stands(row: Mapping[str, Any], anew: set[str | None] = anew, gone: set[str | None] = gone) -> bool:
            return row["step"] not in anew and _split(row["step"] or "")[0] not in gone

        kept = {name: [row for row in found[name] if stands(row)] for name in ("events", "values")}
        found = {**run, **{name: [*rows, *run[name]] for name, rows in kept.items()}}
    return found


def spans(run: Mapping[str, Any], flow: TracedFlow) -> list[Span]:
    """Every attempt of a run with its times, for the facts that must hold of them (`flowc.runtime.facts`)."""
    reader = _Reader(run, flow)
    found: list[Span] = []
    for task in flow.tasks:
        for key, events in reader.steps.get(task.id, {}).items():
            outcome = reader.outcome(events)
            if not reader.attempts(events, outcome):
                continue
            starts = [event["time"] for event in events if event["type"] in _STARTS]
            ends = [event["time"] for event in events if event["type"] in ("STEP_UP_FOR_RETRY", *_ENDS)]
            pairs = enumerate(zip(starts, ends, strict=False), 1)
            found += [Span(task.name, _index(key), number, start, end) for number, (start, end) in pairs]
    return found


class _Reader:
    def __init__(self, run: Mapping[str, Any], flow: TracedFlow) -> None:
        self.is_plain = flow.is_plain
        self.steps: dict[str, dict[str, list[Event]]] = {}
        """The events of each op's instances, by its name and their mapping key (empty where it is not mapped)."""
        for event in run["events"]:
            if event["step"] is not None:
                name, key = _split(event["step"])
                self.steps.setdefault(name, {}).setdefault(key, []).append(event)
        self.values: dict[tuple[str, str], Mapping[str, Any]] = {
            _split(row["step"]): row for row in run["values"] if row["output"] == "result"
        }

    def lines(self, task: Traced) -> Iterator[Line]:
        """The lines of a task's instances; none where it did not exist in this run."""
        name = " ".join(task.name.split())
        instances = self.steps.get(task.id, {})
        for key, events in instances.items():
            outcome = self.outcome(events)
            if outcome == "absent":
                continue
            if outcome == "failed" and task.result and self.outcome(self._result(task, key)) == "recovered":
                outcome = "recovered"
            value = self.value(task, key, outcome)
            yield Line(name, _index(key), outcome, self.attempts(events, outcome), value)
        if not instances:
            yield from self._without_events(task, name)

    def _without_events(self, task: Traced, name: str) -> Iterator[Line]:
        """A task that Dagster gave up, or whose loop it did not enter."""
        if not task.list:
            yield Line(name, (), "blocked", 0)
            return
        listed = self.steps.get(task.list, {}).get("", [])
        found = self.outcome(listed)
        if found == "succeeded":
            yield from self._of_no_instances(task, name, listed)
            return
        state = "skipped" if found == "skipped" else "blocked"
        indexes = [(n,) for n in range(task.length)] if task.length is not None else [()]
        yield from (Line(name, index, state, 0) for index in indexes)

    def _of_no_instances(self, task: Traced, name: str, listed: list[Event]) -> Iterator[Line]:
        """In a loop that was entered: an instance for each element, all of them blocked or skipped as one."""
        elements = [event for event in listed if event["type"] == "STEP_OUTPUT" and event.get("key") is not None]
        yield from (Line(name, _index(event["key"]), "blocked", 0) for event in elements)

    def _result(self, task: Traced, key: str) -> list[Event]:
        return self.steps.get(task.result or "", {}).get(key, [])

    def outcome(self, events: list[Event]) -> Outcome:
        """What an instance came to, by its last events."""
        if not events:
            return "blocked"
        for event in events:
            if event["type"] == "STEP_OUTPUT" and "outcome" in event["metadata"]:
                return cast(Outcome, event["metadata"]["outcome"])
        last = next((event["type"] for event in reversed(events) if event["type"] in _ENDS), None)
        if last is None:
            raise TraceError(f"{events[0]['step']} has not ended")
        return _ENDS[last]

    def attempts(self, events: list[Event], outcome: Outcome) -> int:
        """The attempts that were started; an op that only found that it is skipped or blocked has made none."""
        started = sum(event["type"] in _STARTS for event in events)
        if outcome == "blocked":
            return 0
        is_own = any(event["metadata"].get("by") == "itself" for event in events)
        if outcome == "skipped":
            return started if is_own else 0
        # an attempt that only found that the run has to end has not begun
        return started - (outcome == "failed" and is_own)

    def value(self, task: Traced, key: str, outcome: Outcome) -> str | None:
        """The one JSON text that carries the value."""
        if task.type is None or outcome not in ("succeeded", "recovered"):
            return None
        held = self.values.get((task.result if outcome == "recovered" and task.result else task.id, key))
        if held is not None and "error" in held:
            raise TraceError(f"{task.id}[{key}] has no value: {held['error']}")
        # of null Dagster's IO manager keeps nothing
        return encode(decode(json.dumps(held["value"])) if held else None, task.type)


def _split(step: str) -> tuple[str, str]:
    """An op, wherever it is nested, and its mapping key."""
    found = _KEY.fullmatch(step)
    name, key = (found[1], found[2]) if found else (step, "")
    return name.rpartition(".")[2], key


def _index(key: str) -> Index:
    return tuple(int(part) for part in key.split("_") if part.isdigit())
