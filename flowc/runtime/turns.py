"""How an attempt runs: in a worker, as a wait that holds none, or as another flow's run."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Protocol

from .attempts import Result, Success
from .errors import Failure, failure
from .values import decode, encode
from .workers import Worker

if TYPE_CHECKING:
    from .dispatch import Job
    from .engine import Engine
    from .running import Run


class Turn(Protocol):
    """An attempt that runs. It ends by itself, with a result, or is stopped, with none."""

    def stop(self) -> None: ...


class WorkerTurn:
    """An attempt in a worker process."""

    def __init__(self, engine: Engine, job: Job, request: dict[str, Any], log: str) -> None:
        self.engine = engine
        self.job = job
        self.output = job.run.output_file(log)
        self.worker = engine.crew.take(self)
        try:
            self.worker.ask(request)
        except OSError:
            engine.crew.lose(self.worker)
            self.worker = engine.crew.take(self)
            self.worker.ask(request)

    def answered(self, worker: Worker) -> None:
        """The worker has an answer, or is gone."""
        try:
            answer = worker.answer()
        except EOFError:
            self._write_rest(worker)
            status = worker.status()
            self.engine.crew.lose(worker)
            self._finish(Failure(f"process ended: {status}", ("ProcessEnded",)))
            return
        if answer is None:
            return
        self._write_rest(worker)
        self.engine.crew.give_back(worker)
        if "value" in answer:
            self._finish(Success(answer["value"]))
        else:
            self._finish(Failure(answer["message"], tuple(answer["names"]), answer["code"]))

    def wrote(self, worker: Worker) -> None:
        """The task has written something."""
        self.output.write(worker.read_output())

    def stop(self) -> None:
        self.engine.crew.stop([self.worker])
        self.output.close()

    def _finish(self, result: Result) -> None:
        self.engine.dispatcher.finish(self.job, result)

    def _write_rest(self, worker: Worker) -> None:
        self.output.write(worker.read_output())
        self.output.close()


class InlineTurn:
    """An attempt in this process, which nothing can stop: for tests and mocks."""

    def __init__(self, engine: Engine, job: Job, request: dict[str, Any]) -> None:
        self.engine = engine
        self.job = job
        self.request = request
        self.timer = engine.clock.after(0, self._run)

    def stop(self) -> None:
        self.timer.cancel()

    def _run(self) -> None:
        from .execute import execute

        try:
            value = execute(decode(encode(self.request)))
        except BaseException as error:
            self.engine.dispatcher.finish(self.job, failure(error))
            return
        self.engine.dispatcher.finish(self.job, Success(value))


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
    """A wait that asks elsewhere: each look is a worker's, and between two of them it holds none."""

    def __init__(self, engine: Engine, job: Job, request: dict[str, Any], poll: float, log: str) -> None:
        self.engine = engine
        self.job = job
        self.request = request
        self.poll = poll
        self.log = log
        self.asking: _Asking | None = None
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
        if self.engine.is_inline:
            from .execute import execute

            try:
                self.told(Success(execute(self.request)))
            except Exception as error:
                self.told(failure(error))
        else:
            self.asking = _Asking(self)


class _Asking(WorkerTurn):
    """One look."""

    def __init__(self, turn: AskTurn) -> None:
        self.turn = turn
        super().__init__(turn.engine, turn.job, turn.request, turn.log)

    def _finish(self, result: Result) -> None:
        self.turn.told(result)


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
