"""Who waits for whom while a run goes on: a cell for every subject at every element, and what completes it.

A cell at a full index is an instance, to be decided once all it waits for is complete. A cell at a shorter index stands
for all elements below it. It completes with the last of them; where its loop was not entered, it is an instance itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .actions import Check, Fail
from .model import Phase
from .outcomes import Colour, Gate
from .plan import Plan, Subject

Index = tuple[int, ...]


class Cell:
    """A subject at an index: its place on the board, and what has become of it."""

    __slots__ = (
        "attempts",
        "chosen",
        "colour",
        "count",
        "done",
        "error",
        "gate",
        "index",
        "is_instance",
        "keys",
        "left",
        "order",
        "outcome",
        "parent",
        "pending",
        "saves",
        "stamp",
        "status",
        "subject",
        "value",
        "waiters",
    )

    def __init__(self, subject: Subject, index: Index, parent: Cell | None) -> None:
        self.subject = subject
        self.index = index
        self.parent = parent
        self.is_instance = len(index) == len(subject.loops)
        self.done = False
        self.pending = 0  # how many cells it still waits for
        self.waiters: list[Cell] = []
        self.count = 0  # elements below it
        self.left = -1  # elements that are not complete; -1: not known yet
        self.colour: Colour | None = None  # of a complete cell that is no instance
        # a decision's or a loop's answer
        self.gate = Gate.OPEN
        self.chosen: Any = None  # the arm's number, or the list's elements
        self.keys: list[str] | None = None
        self.stamp: float | None = None  # of what stands for a task of another part: when that ended
        # a task's
        self.status = ""  # "ready", "running", "paused", "fallback" on the way
        self.outcome: str | None = None
        self.attempts = 0
        self.value: str | None = None  # as the one JSON text
        self.error: str | None = None
        self.order = 0  # the place in the journal of its end, or of the last end that it depends on
        self.saves: Cell | None = None  # of a fallback: the instance that it may save

    @property
    def name(self) -> str:
        """As the trace names it: `score[3]`."""
        return self.subject.name + (f"[{','.join(map(str, self.index))}]" if self.index else "")

    @property
    def is_pure(self) -> bool:
        """Whether its outcome follows from what it reads alone: nothing was run for it."""
        return not self.attempts or isinstance(self.subject.task.action, (Check, Fail))

    def __repr__(self) -> str:
        return f"<{self.name} {self.outcome or self.status or self.gate.name}>"


class Board:
    """The cells of a run. `ready` are those to be decided now; `open` counts the subjects that are not complete."""

    def __init__(self, plan: Plan, static_count: Callable[[Cell], int | None]) -> None:
        self.plan = plan
        self.cells: dict[Subject, dict[Index, Cell]] = {}
        self.ready: deque[Cell] = deque()
        self.open = 0
        self._static_count = static_count
        self._created: list[Cell] = []  # instances that wait for nothing yet
        self._empty: list[Cell] = []  # cells of loops without elements

    def add(self, phase: Phase) -> None:
        """Put the subjects of a phase on the board."""
        roots = [self._new(subject, (), None) for subject in self.plan.phases[phase]]
        self.open += len(roots)
        for root in roots:
            self._expand_static(root)
        self._settle()

    def enter(self, loop: Cell, count: int) -> None:
        """A loop is entered with so many elements."""
        self._expand(loop, count)
        self._settle()

    def leave_out(self, loop: Cell) -> None:
        """A loop is not entered: each task in it stands there once."""
        inside = [self.cells[subject][loop.index] for subject in loop.subject.inside]
        for cell in inside:
            cell.is_instance = True
        for cell in inside:
            self._link(cell)

    def complete(self, cell: Cell) -> None:
        """What waited for the cell waits for one less; so does the cell that stands for all elements."""
        stack = [cell]
        while stack:
            found = stack.pop()
            found.done = True
            waiters, found.waiters = found.waiters, []
            for waiter in waiters:
                waiter.pending -= 1
                if not waiter.pending:
                    self.ready.append(waiter)
            if found.parent is None:
                self.open -= found.saves is None
                continue
            found.parent.left -= 1
            found.parent.order = max(found.parent.order, found.order)
            if not found.parent.left:
                stack.append(found.parent)

    def add_fallback(self, failed: Cell, subject: Subject) -> Cell:
        """The fallback of an instance; it exists only now."""
        cell = self._new(subject, failed.index, None)
        self._created.clear()
        cell.is_instance = True
        cell.saves = failed
        self._link(cell)
        return cell

    def wait_more(self, cell: Cell, watched: Iterable[tuple[Subject, int]]) -> bool:
        """Let an instance wait for subjects, each met on so many loops; whether any is not complete yet."""
        for subject, common in watched:
            upstream = self.cells[subject][cell.index[:common]]
            if not upstream.done:
                upstream.waiters.append(cell)
                cell.pending += 1
        return cell.pending > 0

    def elements(self, cell: Cell) -> Iterator[Cell]:
        """The cells one level below, in input order."""
        cells = self.cells[cell.subject]
        return (cells[(*cell.index, number)] for number in range(cell.count))

    def instances(self) -> Iterator[Cell]:
        """All instances of tasks."""
        for subject, cells in self.cells.items():
            if subject.kind == "task":
                yield from (cell for cell in cells.values() if cell.is_instance)

    def _new(self, subject: Subject, index: Index, parent: Cell | None) -> Cell:
        cell = Cell(subject, index, parent)
        self.cells.setdefault(subject, {})[index] = cell
        if cell.is_instance:
            self._created.append(cell)
        return cell

    def _expand(self, loop: Cell, count: int) -> None:
        """Cells for the elements of a loop, and of lists in the source inside of it."""
        created: list[Cell] = []
        for subject in loop.subject.inside:
            parent = self.cells[subject][loop.index]
            parent.count = parent.left = count
            parent.order = loop.order
            created += [self._new(subject, (*loop.index, number), parent) for number in range(count)]
            if not count:
                self._empty.append(parent)
        for cell in created:
            self._expand_static(cell)

    def _expand_static(self, cell: Cell) -> None:
        if cell.is_instance and cell.subject.is_static:
            count = self._static_count(cell)
            if count is not None:
                self._expand(cell, count)

    def _settle(self) -> None:
        """All cells are there: what was created can wait for what it needs."""
        created, self._created = self._created, []
        for cell in created:
            self._link(cell)
        empty, self._empty = self._empty, []
        for cell in empty:
            self.complete(cell)

    def _link(self, cell: Cell) -> None:
        if not self.wait_more(cell, cell.subject.watched):
            self.ready.append(cell)
