"""How attempts run that the executor does not: as a wait, or as another flow's run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from .attempts import Result, Success
from .errors import Failure, failure
from .executor import Turn, Work
from .values import encode

if TYPE_CHECKING:
    from .dispatch import Job
    from .engine import Engine
    from .running import Run


class WaitTurn:
    """A wait: looks now, and again after each poll, until there is something."""

    def __init__(self, engine: Engine, job: Job, look: Any, poll: float) -> None:
        self.engine = engine
        self.job = job
        self.look = look
        self.poll = poll
        self.timer = engine.clock.after(0, self._look)

    def stop(self) -> None:
        self.timer.cancel()

    def _look(self) -> None:
        try:
            found, value, again = self.look(datetime.now(timezone.utc))
        except Exception as error:
            self.engine.dispatcher.finish(self.job, failure(error))
            return
        if found:
            output = self.job.cell.subject.task.output
            text = encode(value, output) if output is not None else None
            self.engine.dispatcher.finish(self.job, Success(text))
            return
        self.timer = self.engine.clock.after(self.poll if again is None else min(again, self.poll), self._look)


class AskTurn:
    """A wait that asks elsewhere: each look is the executor's, and between two of them it holds none.

    `ask` gives the work of a look, which is told to a function.
    """

    def __init__(self, engine: Engine, job: Job, ask: Callable[[Callable[[Result], None]], Work], poll: float) -> None:
        self.engine = engine
        self.job = job
        self.ask = ask
        self.poll = poll
        self.asking: Turn | None = None
        self.timer = engine.clock.after(0, self._look)

    def stop(self) -> None:
        self.timer.cancel()
        if self.asking:
            self.asking.stop()

    def told(self, result: Result) -> None:
        """What a look has found: a value that is neither null nor false, or not yet anything."""
        self.asking = None
        if isinstance(result, Success) and result.value in ("null", "false"):
            self.timer = self.engine.clock.after(self.poll, self._look)
            return
        if isinstance(result, Success) and self.job.cell.subject.task.output is None:
            result = Success(None)
        self.engine.dispatcher.finish(self.job, result)

    def _look(self) -> None:
        try:
            self.asking = self.engine.executor.start(self.ask(self.told))
        except Exception as error:
            self.told(failure(error))


class ChildTurn:
    """A run of another flow."""

    def __init__(self, engine: Engine, job: Job, child: Run) -> None:
        self.engine = engine
        self.job = job
        self.child = child
        self.end: Result | None = None
        child.when_over = self._over

    def stop(self) -> None:
        self.child.cancel()

    def end_with(self, result: Result) -> None:
        """Cancel the run. The attempt has ended once that has, so that what follows comes after its `finally`."""
        self.end = self.end or result
        self.child.cancel()

    def _over(self, child: Run) -> None:
        if self.end:
            self.engine.dispatcher.finish(self.job, self.end)
        elif child.outcome == "succeeded":
            self.engine.dispatcher.finish(self.job, Success(child.outputs))
        else:
            said = f"run {child.info.id} of {child.flow.name} {child.outcome}"
            self.engine.dispatcher.finish(self.job, Failure(said, ("RunFailed",)))
