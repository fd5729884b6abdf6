"""What became of a task, a group or the run, once it is over: what `ran(x)` and its like look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from flowc.ir.tests import Verdict
from flowc.runtime.board import Cell
from flowc.runtime.outcomes import Colour
from flowc.runtime.plan import Subject
from flowc.runtime.running import Run


@frozen
class Fate:
    """What became of something: its instances' outcomes, all attempts, and whether that is a failure."""

    outcomes: tuple[str, ...]
    attempts: int
    has_failed: bool
    was_there: bool = True
    is_run: bool = False
    """A run succeeds, whatever was skipped in it (rule 3)."""

    def says(self, word: str) -> Any:
        """Whether it ran, was skipped, failed, was blocked or recovered; or the number of its attempts."""
        are = set(self.outcomes)
        fine = self.was_there and not self.has_failed
        match word:
            case "ran":
                return fine and (self.is_run or are != {"skipped"})
            case "skipped":
                return are == {"skipped"}
            case "failed":
                return self.has_failed and bool(are & {"failed", "cancelled"})
            case "blocked":
                return self.has_failed and not are & {"failed", "cancelled"}
            case "recovered":
                return fine and "recovered" in are
            case _:
                return self.attempts

    def told(self) -> str:
        """In words: `skipped`, `failed after 3 attempts`, `2 succeeded, 1 failed`."""
        if not self.was_there:
            return "not in this run"
        if not self.outcomes:
            return "without an instance"
        if len(self.outcomes) == 1:
            tries = f" after {self.attempts} attempts" if self.attempts > 1 else ""
            return self.outcomes[0] + tries
        return ", ".join(f"{count} {outcome}" for outcome, count in sorted(Counter(self.outcomes).items()))


def fate(run: Run, about: str) -> Fate:
    """What became of a task or a group by its name, or of the `run`."""
    if about == "run":
        cells = [cell for cell in run.board.instances() if cell.subject.phase == "main"]
        attempts = sum(cell.attempts for cell in cells)
        outcomes = {cell.outcome or "" for cell in cells}
        skipped = outcomes == {"skipped"}
        own = "skipped" if skipped else "recovered" if "recovered" in outcomes else run.outcome or ""
        failed = run.outcome != "succeeded"
        return Fate((run.outcome or "" if failed else own,), attempts, failed, is_run=True)
    if about in run.plan.groups:
        members = run.plan.members(run.plan.groups[about])
        found = [each for each in (_of(run, member) for member in members) if each.was_there]
        return Fate(
            tuple(outcome for each in found for outcome in each.outcomes),
            sum(each.attempts for each in found),
            any(each.has_failed for each in found),
            bool(found) or not members,
        )
    return _of(run, run.plan.tasks[about])


def _of(run: Run, subject: Subject) -> Fate:
    cells = run.board.cells.get(subject, {})
    found = [cell for cell in cells.values() if cell.is_instance and cell.outcome is not None]
    if () in cells:
        failed = run.judge.task(cells[()]) is Colour.FAILED
    else:  # a fallback, or of a handler that was not due
        failed = any(cell.outcome in ("failed", "blocked") for cell in found)
    return Fate(tuple(_outcomes(found)), sum(cell.attempts for cell in found), failed, bool(cells))


def _outcomes(cells: list[Cell]) -> Iterator[str]:
    for cell in sorted(cells, key=lambda cell: cell.index):
        assert cell.outcome is not None
        yield cell.outcome


def values(run: Run, verdicts: tuple[Verdict, ...]) -> dict[str, Any]:
    """The verdicts of a claim, by the names that they have in it."""
    return {verdict.name: fate(run, verdict.about).says(verdict.word) for verdict in verdicts}
