"""One run of a flow: what is decided when, and what follows from how attempts end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import ends, starts
from .admission import CANCEL, Admission
from .attempts import Result, Skip, Success, pause, tries_again
from .board import Board, Cell
from .clock import Timer
from .deciding import decide, elements
from .environment import Masker
from .errors import Failure
from .journal import Journal, Record
from .judge import Judge
from .kept import Kept
from .logs import OutputFile
from .model import Flow, Phase, Task
from .outcomes import Colour, colour
from .parts import is_inner
from .plan import Plan
from .pools import Held
from .view import RunInfo, View

if TYPE_CHECKING:
    from .engine import Engine

WAIT_OUTSIDE = 0.1
"""Seconds between looks whether another run of the flow has ended."""
LISTEN = 0.5
"""Seconds between looks whether somebody asks to cancel."""


class Run:
    """A run, from its first decision to its last record."""

    def __init__(
        self,
        engine: Engine,
        flow: Flow,
        *,
        params: Mapping[str, Any],
        info: RunInfo,
        folder: Path,
        lock: int,
        parent: Run | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.engine = engine
        self.flow = flow
        self.flows = parent.flows if parent else engine.flows
        self.params = params
        self.info = info
        self.folder = folder
        self.logs = folder / "logs"
        self.parent = parent
        self.kept = kept
        self.plan = Plan(flow)
        self.board = Board(self.plan, lambda loop: elements(self, loop))
        self.judge = Judge(self.plan, self.board)
        self.journal = Journal(folder / "journal", engine.committer, resume=kept is not None)
        self.masker = Masker(starts.secret_values(flow))
        self.heard: dict[str, Mapping[str, Record]] = {}
        """What the tasks of its parts came to, by the part, as far as somebody has asked."""
        self.outcome: str | None = None
        self.outputs: str | None = None
        self.error: str | None = None
        self.is_over = False
        self.has_begun = False
        self.admission: Admission | None = None
        self.slot: Held | None = None
        self.is_cancelled = False
        self.stopped: str | None = None  # why nothing more may start: "deadline ...", "cancelled"
        self.phase: Phase = "main"
        self.when_over: Callable[[Run], None] | None = None
        self.began = engine.clock.instant()
        self._lock = lock
        self._order = kept.last if kept else 0
        self._phases: Iterator[Phase] = iter(())
        self._deadline: Timer | None = None
        self._listening: Timer | None = None

    # -------------------------------------------------------------- the whole

    def come_in(self) -> None:
        """Begin as soon as the flow's `max_runs` allows it."""
        if self.is_over:
            return
        if self.admission and not self.slot:
            self.slot = self.admission.enter()
        if self.admission and not self.slot:
            self.engine.clock.after(WAIT_OUTSIDE, self.come_in)
            return
        now = self.engine.clock.instant()
        self.began = min((self.kept and self.kept.began) or now, now)
        self._listen()
        self.begin()
        if self.flow.deadline:
            self._due_by(self.flow.deadline - (now - self.began))
        self.engine.touch(self)

    def _due_by(self, left: timedelta) -> None:
        """Where the deadline passed while nobody worked on the run, what succeeded is kept and nothing starts."""
        if left > timedelta(0):
            self._deadline = self.engine.clock.after(left, self._late_end)
            return
        self.go_on()
        self._late_end()

    def _listen(self) -> None:
        """Look now and then whether somebody asks us to cancel the run."""
        if self.is_over or not self.engine.clock.is_real:
            return
        if (self.folder / CANCEL).exists():
            self.cancel()
        self._listening = self.engine.clock.after(LISTEN, self._listen)

    def begin(self) -> None:
        """Record the start, and put the flow on the board."""
        self.has_begun = True
        self.record(starts.record(self))
        parent = self.parent.info.id if self.parent else None
        self.tell("resume" if self.kept else "run", executor=self.engine.executor.about, parent=parent)
        self.board.add("main")

    def go_on(self) -> None:
        """Decide what can be decided, and go on to the next phase where one has ended."""
        while self.has_begun and not self.is_over:
            while self.board.ready:
                decide(self, self.board.ready.popleft())
            if self.board.open:
                return
            self._next_phase()

    def cancel(self) -> None:
        """End the run: what has started failed, what has not is blocked, of the handlers only `finally` runs."""
        if self.is_over or self.is_cancelled:
            return
        self.is_cancelled = True
        if not self.has_begun:
            self.begin()
        self._stop("cancelled")

    def abandon(self) -> None:
        """Let go of what is open; the run can be resumed."""
        if not self.is_over:
            with suppress(OSError):  # whatever it is, it has been told
                self._close()

    def _close(self) -> None:
        self.is_over = True
        for timer in (self._deadline, self._listening):
            if timer:
                timer.cancel()
        if self.admission:
            self.admission.leave()
        if self.slot:
            self.slot.release()
        try:
            self.journal.close()
        finally:
            os.close(self._lock)

    def _late_end(self) -> None:
        if self.phase == "main" and not self.stopped and not self.is_over:
            assert self.flow.deadline is not None
            from .texts import duration_text

            self._stop(f"deadline of {duration_text(self.flow.deadline)} passed")

    def _stop(self, why: str) -> None:
        self.stopped = why
        jobs = self.engine.dispatcher.drop(self)
        self.engine.stop([job.turn for job in jobs if job.turn])
        for job in jobs:
            self.engine.dispatcher.end(job, Failure(why, ("stopped",)))
        for cell in list(self.board.instances()):
            if cell.status in ("ready", "paused", "fallback"):
                self._end_stopped(cell)
        self.engine.touch(self)

    def _end_stopped(self, cell: Cell) -> None:
        if cell.attempts:
            cell.error = cell.error if cell.status == "fallback" else self.stopped
            self.finish(cell, "failed")
        else:
            self.finish(cell, "blocked")

    def _next_phase(self) -> None:
        if self.phase == "main":
            ends.conclude(self)
            if self.plan.has_handlers:
                self._keep()
            self._phases = ends.due(self)
        elif self.stopped:
            self._phases = iter(("finally",)) if self.phase != "finally" and self.is_cancelled else self._phases
        found = next(self._phases, None)
        if found is None:
            self._end()
            return
        self.phase = found
        self.stopped = None
        self.board.add(found)

    def _end(self) -> None:
        assert self.outcome is not None
        void = self.kept.void(self.board) if self.kept else []
        self.record(ends.record(self, void))
        self.tell("finish", outcome=self.outcome, error=self.error)
        self._close()
        self.engine.over(self)
        if self.when_over:
            self.when_over(self)

    def view(self, cell: Cell) -> View:
        """The run as an instance sees it."""
        return self.engine.view(self.params, self.info, self.plan, self.judge, cell)

    def queue(self, cell: Cell) -> None:
        """Let a task wait for its turn."""
        cell.status = "ready"
        starts.submit(self, cell)

    # -------------------------------------------------------------- attempts

    def started_attempt(self, cell: Cell) -> None:
        """An attempt begins."""
        cell.status = "running"
        cell.attempts += 1
        self.record({"event": "start", "task": cell.subject.name, "index": cell.index, "attempt": cell.attempts})
        self.tell("start", cell, attempt=cell.attempts)

    def began_child(self, child: Run, *, is_part: bool = False) -> None:
        """Note which run an attempt begins, on the disk before it does: its end is not lost with this runner."""
        self.record({"event": "child", "run": child.info.id, **({"part": True} if is_part else {})})
        self._keep()

    def ended(self, cell: Cell, result: Result) -> None:
        """An attempt has ended."""
        task = cell.subject.task
        if isinstance(result, Success):
            cell.value = result.value
            self.finish(cell, "succeeded")
        elif isinstance(result, Skip):
            self.finish(cell, "skipped")
        else:
            self._failed(cell, task, result)

    def _failed(self, cell: Cell, task: Task, found: Failure) -> None:
        cell.error = self.masked(found.message)
        at = {"task": task.name, "index": cell.index, "attempt": cell.attempts}
        self.record({"event": "failure", **at, "message": cell.error})
        again = not self.stopped and tries_again(task.retry, cell.attempts, found)
        self.tell("failure", cell, attempt=cell.attempts, message=cell.error, retries=again)
        if again:
            cell.status = "paused"
            delay = pause(task.retry, cell.attempts)
            self.engine.clock.after(delay, lambda: self._after_pause(cell))
        elif task.fallback and not self.stopped:
            cell.status = "fallback"
            self.board.add_fallback(cell, self.plan.tasks[task.fallback])
        else:
            self.finish(cell, "failed")

    def _after_pause(self, cell: Cell) -> None:
        if cell.status == "paused":
            self.queue(cell)
            self.engine.touch(self)

    # -------------------------------------------------------------- outcomes

    def finish(self, cell: Cell, outcome: str) -> None:
        """An instance has its outcome. A success is on the disk before anything follows from it."""
        cell.outcome = outcome
        cell.status = "ended"
        if self.kept and self.kept.is_same(cell):
            self.complete(cell)
            return
        self._order += 1
        cell.order = self._order
        record = {
            "event": "end",
            "task": cell.subject.name,
            "index": cell.index,
            "outcome": outcome,
            "attempts": cell.attempts,
        }
        if cell.value is not None and colour(outcome) is Colour.SUCCEEDED:
            record["value"] = cell.value
        if cell.error is not None and outcome in ("failed", "recovered"):
            record["message"] = cell.error
        if is_inner(cell.subject.task):
            record |= {"inner": True, "stamp": cell.stamp}
        durable = not cell.is_pure and colour(outcome) is Colour.SUCCEEDED and self.engine.sync
        self.record(record, (lambda: self._committed(cell)) if durable else None)
        self.tell("end", cell, outcome=outcome, attempts=cell.attempts, message=record.get("message"))
        if not durable:
            self._follow(cell)

    def _committed(self, cell: Cell) -> None:
        self._follow(cell)
        self.engine.touch(self)

    def _follow(self, cell: Cell) -> None:
        """What its outcome, now that it is recorded, is to others: also to other runs, which wait for what it wrote."""
        if cell.outcome == "succeeded":
            starts.note_writes(self, cell)
        self.complete(cell)

    def complete(self, cell: Cell) -> None:
        """What waits for the instance may go on."""
        self.board.complete(cell)
        if cell.saves is not None and not cell.saves.done and cell.saves.status != "ended":
            self._saved(cell.saves, cell)

    def _saved(self, failed: Cell, fallback: Cell) -> None:
        assert fallback.outcome is not None
        if colour(fallback.outcome) is Colour.SUCCEEDED:
            failed.value = fallback.value
            self.finish(failed, "recovered")
        else:
            self.finish(failed, "failed")

    # -------------------------------------------------------------- what is told

    def record(self, record: Record, then: Callable[[], None] | None = None) -> None:
        """Write into the journal."""
        record["time"] = round(time.time(), 6)
        self.journal.append(record, then)

    def _keep(self) -> None:
        """See to it that what was recorded outlives this runner, and the machine, before anything follows from it."""
        if self.engine.sync:
            self.journal.force()
        else:
            self.journal.write()

    def tell(self, event: str, cell: Cell | None = None, **more: Any) -> None:
        """Tell listeners, if there are any."""
        if not self.engine.has_listener:
            return
        told = {"event": event, "run": self.info.id, "flow": self.flow.name}
        if cell is not None:
            told["task"] = cell.name
        said = {name: value for name, value in more.items() if value is not None}
        self.engine.tell({**told, **said, "time": datetime.now(timezone.utc).isoformat()})

    def masked(self, said: str) -> str:
        """A text without secrets."""
        return self.masker.text(said)

    def output_file(self, name: str) -> OutputFile:
        """Where the output of an attempt goes."""
        return OutputFile(self.logs, name, Masker(starts.secret_values(self.flow)))
