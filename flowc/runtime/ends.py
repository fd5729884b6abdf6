"""How things end: a check's verdict, the run's outcome, the handlers that are due, the last record (rules 3, 7, 13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

from . import parts
from .actions import Check, Fail, words
from .board import Board, Cell
from .errors import failure
from .journal import Record
from .model import Phase, Task
from .outcomes import Colour
from .plan import Subject
from .values import conform, encode
from .view import View

if TYPE_CHECKING:
    from .running import Run


def judge(run: Run, cell: Cell, action: Check | Fail) -> None:
    """Give a check or a `fail` its outcome."""
    v = run.view(cell)
    try:
        if isinstance(action, Check) and action.condition(v):
            run.finish(cell, "succeeded")
            return
    except Exception as error:
        cell.error = run.masked(failure(error).message)
        run.finish(cell, "failed")
        return
    said = _said(run, cell, action, v)
    if isinstance(action, Check) and action.verdict == "warn":
        run.record({"event": "warning", "task": cell.subject.name, "index": cell.index, "message": said})
        run.tell("warning", cell, message=said)
        run.finish(cell, "succeeded")
        return
    cell.error = said
    run.finish(cell, "skipped" if isinstance(action, Check) and action.verdict == "skip" else "failed")


def _said(run: Run, cell: Cell, action: Check | Fail, v: View) -> str:
    try:
        return run.masked(words(action.text, v)) or cell.subject.name
    except Exception as error:
        return run.masked(failure(error).message)


def conclude(run: Run) -> None:
    """Decide the run's outcome once its tasks have ended, and record it: it stands, whatever its handlers come to."""
    if run.kept and run.kept.conclusion:
        _concluded(run, run.kept.conclusion)
        return
    run.outcome = "succeeded"
    if run.is_cancelled:
        run.outcome = "cancelled"
    elif run.stopped or any(_fails(run, subject) for subject in run.plan.phases["main"]):
        run.outcome = "failed"
    elif run.flow.returns:
        _return(run)
    if run.outcome != "succeeded" and not run.error:
        run.info.failed_task, run.error = parts.first_failure(run) or first_failure(run.board)
        if run.outcome == "failed" and not run.error:  # a deadline that passed before anything started
            run.error = run.stopped
    run.info.error = run.error
    moment = late_from(run)
    now = run.engine.clock.instant()
    if moment is not None and now > moment:
        run.info.lateness = now - moment
    late = run.info.lateness
    said = {"error": run.error, "failed": run.info.failed_task, "late": late and late.total_seconds()}
    void = run.kept.void_tasks(run.board) if run.kept else []
    run.record({"event": "conclude", "outcome": run.outcome, "outputs": run.outputs, "void": void, **said})


def _concluded(run: Run, said: Record) -> None:
    """Take what was recorded before the handlers were cut short."""
    run.outcome, run.outputs, run.error = said["outcome"], said["outputs"], said["error"]
    run.is_cancelled = run.outcome == "cancelled"
    run.info.error, run.info.failed_task = said["error"], said["failed"]
    if said["late"] is not None:
        run.info.lateness = timedelta(seconds=said["late"])


def _fails(run: Run, subject: Subject) -> bool:
    """Whether a task fails the run: tolerated failures do not."""
    return subject.kind == "task" and run.judge.task(run.board.cells[subject][()]) is Colour.FAILED


def _return(run: Run) -> None:
    assert run.flow.returns and run.flow.output
    cell = Cell(Subject("task", Task("return", Fail("")), (), None, ()), (), None)
    try:
        value = run.flow.returns(run.view(cell))
        run.outputs = encode(conform(value, run.flow.output), run.flow.output)
    except Exception as error:
        run.outcome = "failed"
        run.error = run.masked(failure(error).message)


def first_failure(board: Board) -> tuple[str | None, str | None]:
    """The first failed instance in the trace's order, else the first blocked one, and what it said."""
    by_outcome: dict[str | None, list[Cell]] = {"failed": [], "blocked": []}
    for cell in board.instances():
        by_outcome.setdefault(cell.outcome, []).append(cell)
    found = by_outcome["failed"] or by_outcome["blocked"]
    worst = min(found, key=lambda cell: (cell.subject.name, cell.index), default=None)
    return (worst.name, worst.error) if worst else (None, None)


def due(run: Run) -> Iterator[Phase]:
    """The handlers that are due, in order."""
    if run.outcome == "failed":
        yield "failure"
    if run.outcome == "succeeded":
        yield "success"
    if run.info.lateness is not None and not run.is_cancelled:
        yield "late"
    yield "finally"


def late_from(run: Run) -> datetime | None:
    """From when on the run is late: `sla 05:00` of its date in its zone, or `sla 2h` after it began."""
    sla = run.flow.sla
    if sla is None:
        return None
    if isinstance(sla, timedelta):
        return run.began + sla
    from zoneinfo import ZoneInfo

    return datetime.combine(run.info.date, time.fromisoformat(sla), ZoneInfo(run.flow.zone)).astimezone(timezone.utc)


def record(run: Run, void: list[Any]) -> Record:
    """The last record of a run."""
    found: Record = {"event": "finish", "outcome": run.outcome, "void": void}
    if run.outputs is not None:
        found["outputs"] = run.outputs
    if run.error is not None:
        found["message"] = run.error
    return found
