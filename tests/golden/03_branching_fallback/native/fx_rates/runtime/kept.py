"""What a resumed run keeps of what was recorded (rule 23).

A recorded success stands if nothing that it depends on ended after it: then all of that was kept too. What was decided
without an attempt is decided again, and where it comes out the same it counts as kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


class Kept:
    """The ends in a journal, by task and index; `last` is the place of the last one."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.ends: dict[Key, Ended] = {}
        self.last = 0
        for record in records:
            if record["event"] == "end":
                self.last += 1
                key = (record["task"], tuple(record["index"]))
                self.ends[key] = Ended(self.last, record["outcome"], record["attempts"], record.get("value"))

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
        if not cell.is_pure:
            return False
        cell.order = found.order
        return True

    def void(self, board: Board) -> list[tuple[str, tuple[int, ...]]]:
        """The recorded ends of instances that no longer exist."""
        there = {(cell.subject.name, cell.index) for cell in board.instances()}
        for cell in board.instances():
            if cell.outcome == "recovered":
                there |= {(name, cell.index) for name in fallbacks(board.plan, cell)}
        return sorted(key for key in self.ends if key not in there)

    def _standing(self, cell: Cell) -> Ended | None:
        if cell.subject.phase != "main":
            return None
        found = self.ends.get((cell.subject.name, cell.index))
        return found if found and found.order > cell.order else None


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
