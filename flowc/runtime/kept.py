"""What a resumed run keeps of what was recorded (rule 23).

A recorded success stands if nothing that it depends on ended after it: then all of that was kept too. What was decided
without an attempt is decided again, and where it comes out the same it counts as kept.

Where the run was cut short among its handlers, all that its tasks came to stands, and so do the handlers that ended: a
notification that was sent is not sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .board import Board, Cell
from .journal import Record
from .plan import Plan

Key = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Ended:
    """A recorded end; `order` is its place among all ends of the journal."""

    order: int
    outcome: str
    attempts: int
    value: str | None
    message: str | None = None
    stamp: float | None = None


_NOT_THERE = Ended(0, "blocked", 0, None)
"""What the run's stop kept from the board: it is in no record, and may not begin now."""


class Kept:
    """The ends in a journal, by task and index; `last` is the place of the last one.

    `conclusion` is the record of what the tasks came to, if the handlers after it were cut short. `began` is when what
    goes on now began, by the clock on the wall: None where the run had ended, and begins anew.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self.ends: dict[Key, Ended] = {}
        self.last = 0
        self.conclusion: Record | None = None
        self.began: datetime | None = None
        self._concluded = 0
        for record in records:
            if record["event"] in ("run", "resume"):
                self.began = self.began or datetime.fromtimestamp(record["time"], timezone.utc)
            elif record["event"] == "end":
                self.last += 1
                key = (record["task"], tuple(record["index"]))
                said = (record["outcome"], record["attempts"], record.get("value"), record.get("message"))
                self.ends[key] = Ended(self.last, *said, record.get("stamp"))
            elif record["event"] == "conclude":
                self.conclusion, self._concluded = record, self.last
            elif record["event"] == "finish":
                self.conclusion = self.began = None

    def concluded(self, cell: Cell) -> Ended | None:
        """What an instance came to in a run that was cut short among its handlers; None for a handler that has not."""
        found = self.ends.get((cell.subject.name, cell.index))
        if cell.subject.phase == "main":
            return found or _NOT_THERE
        return found if found and found.order > self._concluded else None

    def success(self, cell: Cell) -> Ended | None:
        """The recorded success of an instance, if it stands."""
        found = self._standing(cell)
        if found is None or found.outcome not in ("succeeded", "recovered"):
            return None
        cell.order = found.order
        return found

    def was_recovered(self, cell: Cell) -> bool:
        """Whether an instance was recorded as saved by its fallback."""
        found = self._standing(cell)
        return found is not None and found.outcome == "recovered"

    def is_same(self, cell: Cell) -> bool:
        """Whether an instance that ran nothing came out as recorded."""
        found = self._standing(cell)
        if found is None or (found.outcome, found.attempts) != (cell.outcome, cell.attempts):
            return False
        if not cell.is_pure and (cell.stamp is None or cell.stamp != found.stamp):
            return False
        cell.order = found.order
        return True

    def void(self, board: Board) -> list[tuple[str, tuple[int, ...]]]:
        """The recorded ends of instances that no longer exist."""
        if self.conclusion is None:
            return sorted(self._void(board))
        before = {(name, tuple(index)) for name, index in self.conclusion["void"]}
        old = {key for key in self._void(board) if self.ends[key].order <= self._concluded and is_handler(board, key)}
        return sorted(before | old)

    def void_tasks(self, board: Board) -> list[Key]:
        """Those of them that are no handlers', before there are any on the board."""
        return sorted(key for key in self._void(board) if not is_handler(board, key))

    def _void(self, board: Board) -> Iterator[Key]:
        there = {(cell.subject.name, cell.index) for cell in board.instances()}
        for cell in board.instances():
            if cell.outcome == "recovered":
                there |= {(name, cell.index) for name in fallbacks(board.plan, cell)}
        return (key for key in self.ends if key not in there)

    def _standing(self, cell: Cell) -> Ended | None:
        if cell.subject.phase != "main":
            return None
        found = self.ends.get((cell.subject.name, cell.index))
        return found if found and found.order > cell.order else None


def is_handler(board: Board, key: Key) -> bool:
    """Whether a name is that of a handler's task."""
    task = board.plan.tasks.get(key[0])
    return task is not None and task.phase != "main"


def fallbacks(plan: Plan, cell: Cell) -> list[str]:
    """The chain of fallbacks behind an instance."""
    names: list[str] = []
    name = cell.subject.task.fallback
    while name and name not in names:
        names.append(name)
        name = plan.tasks[name].task.fallback
    return names


def state(records: Iterable[Record]) -> dict[str, Any]:
    """The run's own record, and the last runner that worked on it."""
    found: dict[str, Any] = {}
    for record in records:
        if record["event"] == "run":
            found = dict(record)
        elif record["event"] == "resume":
            found |= {"runner": record["runner"], "pid": record["pid"]}
        elif record["event"] == "finish":
            found |= {"outcome": record["outcome"]}
    return found
