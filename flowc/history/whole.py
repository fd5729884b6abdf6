"""A run with all that is known of it: its instances, its flow's outline, its logs, those of its parts among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from flowc.history.journals import instances, logs, shortly
from flowc.runtime import outline
from flowc.runtime.journal import Record, read
from flowc.runtime.parts import folders
from flowc.runtime.trace import label

Instance = dict[str, Any]


@frozen
class Whole:
    """A run. `needs` are the tasks that each task waits for, by its name; empty where no outline was kept."""

    head: Mapping[str, Any]
    first: Record
    instances: Sequence[Instance]
    tasks: Sequence[Mapping[str, Any]]
    needs: Mapping[str, Sequence[str]]
    logs: Sequence[tuple[Path, Mapping[str, Any]]]
    """Each with the folder that it is in."""


def whole(folder: Path) -> Whole:
    """The run of a folder, which has records."""
    journals = {each: list(read(each / "journal")) for each in folders(folder)}
    own = journals[folder]
    found = [_outline(folder.parent.parent, records) for records in journals.values() if records]
    tasks = [task for each in found for task in each["tasks"] if not task.get("inner")]
    told = [each for records in journals.values() for each in instances(records)]
    inner = {task["name"] for each in found for task in each["tasks"] if task.get("inner")}
    return Whole(
        head=shortly(folder.name, own),
        first=own[0],
        instances=[{**each, "label": _label(each)} for each in told if each["task"] not in inner],
        tasks=tasks,
        needs=_needs(found, tasks),
        logs=[(each, log) for each in journals for log in logs(each)],
    )


def _label(one: Instance) -> str:
    return label(one["task"], tuple(one["index"]))


def _outline(state: Path, records: Sequence[Record]) -> outline.Outline:
    """The outline with which a run went on last."""
    name = next((record["outline"] for record in reversed(records) if "outline" in record), "")
    return outline.read(state, name) or {"tasks": [], "groups": {}}


def _needs(outlines: Sequence[outline.Outline], tasks: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The tasks that each task waits for: those of a group one by one, one of another part itself.

    A fallback waits for its task, and who waits for the task waits for the fallback.
    """
    groups = {name: members for each in outlines for name, members in each["groups"].items()}
    stands_for = {task["name"]: task["of"] for each in outlines for task in each["tasks"] if "of" in task}
    saves = {task["name"]: task["fallback"] for task in tasks if "fallback" in task}
    saved = {fallback: name for name, fallback in saves.items()}
    names = {task["name"] for task in tasks}
    found: dict[str, list[str]] = {}
    for task in tasks:
        those = [one for name in task["needs"] for one in groups.get(name, (name,))]
        those = [stands_for.get(name, name) for name in those] + [saved.get(task["name"], "")]
        those += [saves[name] for name in those if saves.get(name, task["name"]) != task["name"]]
        found[task["name"]] = [name for name in dict.fromkeys(those) if name in names]
    return found
