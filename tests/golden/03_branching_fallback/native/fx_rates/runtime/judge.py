"""What an upstream on the board is to one who waits for it: its colour, that of its checks included."""

from __future__ import annotations

from collections.abc import Iterator

from .board import Board, Cell
from .model import Group, InArm, Upstream
from .outcomes import Colour, Gate, colour, gate, grouped, mapped, verdict
from .plan import Plan, Subject, shared


class Judge:
    """Colours and gates, seen from an instance: it meets others on the element of the loops that both stand in."""

    def __init__(self, plan: Plan, board: Board) -> None:
        self.plan = plan
        self.board = board

    def gate(self, cell: Cell) -> Gate:
        """Whether an instance may run, as its place and its needs say."""
        place = self._place(cell)
        if not cell.subject.needs:
            return place
        return max(place, gate(cell.subject.needs, lambda upstream: self.colour(upstream, cell)))

    def colour(self, upstream: Upstream, reader: Cell) -> Colour:
        """An upstream as a reader sees it."""
        if upstream.is_group:
            own = self._group(upstream.name, reader)
            members = self.plan.groups[upstream.name].item
            assert isinstance(members, Group)
            checks = [check for check in upstream.checks if check not in members.members]
            return max([own, *(self._check(check, None, reader) for check in checks)])
        subject = self.plan.tasks[upstream.name]
        return self.task(self.seen(subject, reader), upstream.checks, reader)

    def seen(self, subject: Subject, reader: Cell) -> Cell:
        """The cell of a subject that a reader meets."""
        return self.board.cells[subject][reader.index[: shared(reader.subject.loops, subject.loops)]]

    def task(self, cell: Cell, checks: tuple[str, ...] | list[str] | object = (), reader: Cell | None = None) -> Colour:
        """A task at an index: the worst of its own outcome and those of its checks, elements below judged alone."""
        names: list[str] = list(checks)  # type: ignore[call-overload]
        here, below = self._split(names, cell)
        own = self._alone(cell, below, reader)
        return max([own, *(self._check(name, cell, reader) for name in here)]) if here else own

    def _alone(self, cell: Cell, below: list[str], reader: Cell | None) -> Colour:
        if cell.is_instance:
            assert cell.outcome is not None, f"{cell.name} has no outcome"
            return colour(cell.outcome)
        if cell.colour is not None and not below:
            return cell.colour
        loop = self.plan.loops[cell.subject.loops[len(cell.index)]]
        elements = [self.task(element, below, reader) for element in self.board.elements(cell)]
        entered = self.board.cells[loop][cell.index[: len(loop.loops)]].gate
        if entered is Gate.OPEN:
            found = mapped(elements, loop.loop.tolerate)
        else:  # a list in the source has its elements all the same
            found = max(elements, default=Colour.FAILED if entered is Gate.BLOCKED else Colour.SKIPPED)
        if not below:
            cell.colour = found
        return found

    def _split(self, checks: list[str], cell: Cell) -> tuple[list[str], list[str]]:
        """The checks that judge the cell as a whole, and those that judge single elements below it."""
        if not checks or cell.is_instance:
            return checks, []
        depth = len(cell.index)
        below = [name for name in checks if shared(self.plan.tasks[name].loops, cell.subject.loops) > depth]
        return [name for name in checks if name not in below], below

    def _check(self, name: str, cell: Cell | None, reader: Cell | None) -> Colour:
        """A check's verdict: of the element of those loops that it shares with the task, or with the reader."""
        subject = self.plan.tasks[name]
        candidates = [other for other in (cell, reader) if other is not None]
        best = max(candidates, key=lambda other: shared(subject.loops, other.subject.loops))
        found = self.seen(subject, best)
        if not found.is_instance:
            return self._alone(found, [], reader)
        assert found.outcome is not None
        return verdict(found.outcome, found.attempts)

    def _group(self, name: str, reader: Cell) -> Colour:
        members = [self.seen(member, reader) for member in self.plan.members(self.plan.groups[name])]
        outcomes = (outcome for member in members for outcome in self._outcomes(member))
        return grouped([self._alone(member, [], None) for member in members], outcomes)

    def _outcomes(self, cell: Cell) -> Iterator[str]:
        if cell.is_instance:
            yield cell.outcome or ""
            return
        for element in self.board.elements(cell):
            yield from self._outcomes(element)

    def _place(self, cell: Cell) -> Gate:
        place = cell.subject.place
        if place is None or cell.subject.kind == "group":
            return Gate.OPEN
        around = self.seen(self.plan.at(place), cell)
        if around.gate is not Gate.OPEN or not isinstance(place, InArm):
            return around.gate
        return Gate.OPEN if around.chosen == place.arm else Gate.SKIPPED
