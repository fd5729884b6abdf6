"""What is decided about each instance once all that it waits for has an outcome (rules 1, 8 and 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from . import ends, starts
from .actions import Check, Fail
from .board import Cell
from .errors import failure
from .kept import fallbacks
from .outcomes import Gate
from .parts import is_inner, is_part

if TYPE_CHECKING:
    from .running import Run


def decide(run: Run, cell: Cell) -> None:
    """Decide an instance that has nothing left to wait for."""
    if cell.done or cell.status:
        return
    subject = cell.subject
    if run.kept and run.kept.conclusion and subject.kind == "task" and (kept := run.kept.concluded(cell)):
        cell.outcome, cell.attempts, cell.value, cell.error = kept.outcome, kept.attempts, kept.value, kept.message
        run.complete(cell)
        return
    if run.kept:
        cell.order = max((run.judge.seen(other, cell).order for other, _ in subject.watched), default=0)
    if subject.kind == "group":
        run.board.complete(cell)
        return
    gate = Gate.BLOCKED if run.stopped else run.judge.gate(cell)
    if subject.kind == "task":
        _decide_task(run, cell, gate)
    else:
        cell.gate = gate
        if subject.kind == "decision":
            _choose(run, cell)
        elif not subject.is_static:
            _enter(run, cell)
        run.board.complete(cell)


def _choose(run: Run, cell: Cell) -> None:
    if cell.gate is Gate.OPEN:
        try:
            cell.chosen = cell.subject.item.choose(run.view(cell))  # type: ignore[union-attr]
        except Exception as error:
            _misjudged(run, cell, error)


def _enter(run: Run, cell: Cell) -> None:
    if not cell.is_instance or len(cell.index) < len(cell.subject.loops):
        return  # its own loop was not entered: what is inside stands there already
    count = elements(run, cell) if cell.gate is Gate.OPEN else None
    if count is None:
        cell.gate = max(cell.gate, Gate.SKIPPED)
        run.board.leave_out(cell)
    else:
        run.board.enter(cell, count)


def elements(run: Run, cell: Cell) -> int | None:
    """Evaluate a loop's list; None where there is none to enter."""
    try:
        found: Any = cell.subject.loop.items(run.view(cell))
        if isinstance(found, dict):
            entries = cast("dict[str, Any]", found)
            cell.keys = sorted(entries)
            found = [entries[key] for key in cell.keys]
        if not isinstance(found, (list, tuple, range, type(None))):
            raise TypeError(f"a loop goes over a list or a map, found {type(found).__name__}")
    except Exception as error:
        _misjudged(run, cell, error)
        return None
    if found is None:
        return None
    cell.chosen = list(cast("list[Any]", found))
    return len(cell.chosen)


def _misjudged(run: Run, cell: Cell, error: Exception) -> None:
    """An error in a condition or a list counts as a failed upstream of all that it guards."""
    cell.gate = Gate.BLOCKED
    said = run.masked(failure(error).message)
    run.record({"event": "problem", "where": cell.subject.name, "index": cell.index, "message": said})
    run.tell("problem", where=cell.name, message=said)


def _decide_task(run: Run, cell: Cell, gate: Gate) -> None:
    if gate is not Gate.OPEN:
        if is_part(cell.subject.task):
            starts.block_part(run, cell)
        run.finish(cell, "blocked" if gate is Gate.BLOCKED else "skipped")
        return
    if run.kept and _waits_for_fallback(run, cell):
        return
    # what a part came to is asked of the part, which keeps what succeeded in it
    earlier = run.kept.success(cell) if run.kept and not is_inner(cell.subject.task) else None
    if earlier:
        cell.outcome, cell.attempts, cell.value = earlier.outcome, earlier.attempts, earlier.value
        run.complete(cell)
        return
    task = cell.subject.task
    if isinstance(task.action, (Check, Fail)):
        cell.attempts = 1
        ends.judge(run, cell, task.action)
        return
    run.queue(cell)


def _waits_for_fallback(run: Run, cell: Cell) -> bool:
    """What was saved depends on what its fallbacks waited for as well: it stands only if that does."""
    assert run.kept
    if not run.kept.was_recovered(cell):
        return False
    watched = [pair for name in fallbacks(run.plan, cell) for pair in run.plan.tasks[name].watched]
    if run.board.wait_more(cell, watched):
        return True
    cell.order = max([cell.order, *(run.judge.seen(subject, cell).order for subject, _ in watched)])
    return False
