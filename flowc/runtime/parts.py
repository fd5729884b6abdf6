"""A flow that was split runs as several: a run of each part, whose ids say so, and what they hear of each other.

The run `R` of a flow has a run `R.orders_1` of its part `orders_1`. A task of another part ends as it did there, by the
journal of that part's run, which is over then.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .actions import OfPart, RunFlow
from .attempts import Result, Skip, Success
from .errors import Failure
from .journal import read
from .trace import Key, ended, lines, table

if TYPE_CHECKING:
    from .board import Cell
    from .model import Task
    from .running import Run


def run_of(run: Run, part: str) -> str:
    """The id that the run of a part has, for a run of the whole or of another part."""
    return f"{whole_of(run)}.{part}"


def whole_of(run: Run) -> str:
    """The id of the run of the whole: no other run's id ends with its flow's name."""
    return run.info.id.removesuffix(f".{run.flow.name}")


def is_part(task: Task) -> bool:
    """Whether the task runs a part of the flow."""
    return isinstance(task.action, RunFlow) and task.action.is_part


def is_inner(task: Task) -> bool:
    """Whether the task was not written in the flow, but stands for a part or for a task of one."""
    return is_part(task) or isinstance(task.action, OfPart)


def heard(run: Run, cell: Cell, asked: OfPart) -> Result:
    """What a task of another part came to; the cell bears the instant at which it did, by which one knows it again."""
    known = run.parent.heard if run.parent and whole_of(run) != run.info.id else run.heard
    if asked.flow not in known:
        journal = run.engine.state / "runs" / run_of(run, asked.flow) / "journal"
        known[asked.flow] = {record["task"]: record for record in read(journal) if record["event"] == "end"}
    found = known[asked.flow].get(asked.task)
    if found is None:
        return Failure(f"{asked.task} of {asked.flow} did not begin", ("Blocked",))
    cell.stamp = found["time"]
    said = f"{asked.task} of {asked.flow} was {found['outcome']}"
    if found["outcome"] == "skipped":
        return Skip(said)
    return Failure(said, ("Blocked",)) if found["outcome"] in ("failed", "blocked") else Success(found.get("value"))


def first_failure(run: Run) -> tuple[str, str | None] | None:
    """The first failed instance of all parts in the trace's order, else the first blocked one, and what it said."""
    found: dict[str, dict[Key, tuple[str, str | None]]] = {"failed": {}, "blocked": {}}
    names = [task.action.flow for task in run.flow.tasks if isinstance(task.action, RunFlow) and is_part(task)]
    for name in names:
        journal = run.folder.parent / run_of(run, name) / "journal"
        records = list(read(journal)) if journal.exists() else []
        said = {(each["task"], tuple(each["index"])): each.get("message") for each in records if each["event"] == "end"}
        for key, line in ended(records)[0].items():
            found.setdefault(line.outcome, {})[key] = (line.label, said[key])
    them = found["failed"] or found["blocked"]
    return them[min(them)] if them else None


def normal(folder: Path) -> list[str]:
    """The trace of a run, as text, with the tasks of its parts."""
    found = [lines(read(each / "journal")) for each in folders(folder)]
    instances = [line for those, _ in found for line in those]
    return table(sorted(instances, key=lambda line: (line.name, line.index)), found[0][1])


def folders(folder: Path) -> list[Path]:
    """Where the records of a run are, its own first, then those of its parts."""
    own = read(folder / "journal")
    names = dict.fromkeys(record["run"] for record in own if record["event"] == "child" and record.get("part"))
    return [folder, *(folder.parent / name for name in names)]
