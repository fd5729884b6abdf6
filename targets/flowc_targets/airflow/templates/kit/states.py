"""The states of the tasks of this run, and what they are to a task that waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .xcom import INSTANCES, VERDICT, pull

SUCCEEDED, SKIPPED, FAILED = 0, 1, 2
"""What an upstream is to who waits for it; the worse the greater."""

_COLOURS = {"success": SUCCEEDED, "skipped": SKIPPED, "failed": FAILED, "upstream_failed": FAILED}


@dataclass(frozen=True)
class At:
    """A mapped task at a map index, where that is not the reader's own."""

    task_id: str
    map_index: int


@dataclass(frozen=True)
class Checked:
    """A task together with the checks that judge it: it is as bad as the worst of them."""

    task: str | At | Group
    checks: tuple[str | At, ...]


@dataclass(frozen=True)
class Group:
    """Tasks as one: failed if any has failed, skipped if all were skipped."""

    tasks: tuple[str | At | Instances, ...]


@dataclass(frozen=True)
class Instances:
    """A mapped task in a group, told by the task that gathers it: none of an empty list, each of any other."""

    gathered: str | At


Upstream = str | At | Checked | Group


def checked(task: str | At | Group, *checks: str | At) -> Checked:
    """A task and its checks as one upstream."""
    return Checked(task, checks)


def group(*tasks: str | At | Instances) -> Group:
    """Tasks as one upstream."""
    return Group(tasks)


def instances(gathered: str | At) -> Instances:
    """The instances of a mapped task, for a group."""
    return Instances(gathered)


def states_of(context: Mapping[str, Any], task_id: str) -> dict[int, str | None]:
    """The states of a task's instances in this run by map index, -1 where it is not mapped."""
    ti = context["ti"]
    found = ti.get_task_states(dag_id=ti.dag_id, task_ids=[task_id], run_ids=[ti.run_id]).get(ti.run_id, {})
    return {int(key[len(task_id) + 1 :]) if key != task_id else -1: state for key, state in found.items()}


def state_of(context: Mapping[str, Any], task: str | At) -> str | None:
    """The state of a task in this run; of the reader's own element where both are mapped."""
    index = task.map_index if isinstance(task, At) else context["ti"].map_index
    states = states_of(context, task.task_id if isinstance(task, At) else task)
    return states[index] if index in states else states.get(-1)


def colour(state: str | None) -> int:
    """What a task in that state is to who waits for it."""
    return _COLOURS.get(state or "", FAILED)


def colour_of(context: Mapping[str, Any], upstream: Upstream) -> int:
    """What an upstream is to who waits for it."""
    if isinstance(upstream, Checked):
        verdicts = (verdict(context, check) for check in upstream.checks)
        return max(colour_of(context, upstream.task), *verdicts)
    if isinstance(upstream, Group):
        return _together([each for task in upstream.tasks for each in _colours(context, task)])
    return colour(state_of(context, upstream))


def _colours(context: Mapping[str, Any], task: str | At | Instances) -> list[int]:
    """What the instances of a task are, as far as it matters which."""
    if not isinstance(task, Instances):
        return [colour_of(context, task)]
    found = colour_of(context, task.gathered)
    if found != SUCCEEDED:
        return [found]
    # failures among them are tolerated, then
    return [SKIPPED if each == SKIPPED else SUCCEEDED for each in pull(context, task.gathered, key=INSTANCES) or []]


def verdict(context: Mapping[str, Any], check: str | At) -> int:
    """What a check says of what it judges; one that was skipped because of something else says nothing."""
    found = colour(state_of(context, check))
    if found == SKIPPED:
        return SKIPPED if pull(context, check, key=VERDICT) else SUCCEEDED
    return found


def _together(colours: Iterable[int]) -> int:
    found = list(colours)
    if FAILED in found:
        return FAILED
    return SKIPPED if found and set(found) == {SKIPPED} else SUCCEEDED
