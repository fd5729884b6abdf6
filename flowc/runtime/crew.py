"""The workers of a runner: who is idle, who works for which attempt."""

from __future__ import annotations

import selectors
from pathlib import Path
from typing import TYPE_CHECKING

from . import workers
from .workers import Worker

if TYPE_CHECKING:
    from .executor_processes import WorkerTurn


class Crew:
    """Worker processes, started when none is idle. How many there may be is the dispatcher's business."""

    def __init__(self, root: Path, mark: str, selector: selectors.BaseSelector) -> None:
        self.root = root
        self.mark = mark
        self.selector = selector
        self._idle: list[Worker] = []
        self._turns: dict[Worker, WorkerTurn | None] = {}
        self._hired = 0
        self._old: set[Worker] = set()

    def take(self, turn: WorkerTurn) -> Worker:
        """A worker for an attempt."""
        worker = self._idle.pop() if self._idle else self._hire()
        self._turns[worker] = turn
        return worker

    def give_back(self, worker: Worker) -> None:
        """The worker is idle again, or ends where it is an old one."""
        self._turns[worker] = None
        if worker in self._old:
            worker.finish()
        else:
            self._idle.append(worker)

    def renew(self) -> None:
        """Let new workers do what begins from now on: they import the project's modules as these are now."""
        self._old.update(self._turns)
        idle, self._idle = self._idle, []
        for worker in idle:
            worker.finish()

    def lose(self, worker: Worker) -> None:
        """The worker is gone."""
        self._turns.pop(worker, None)
        self._old.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        self._unlisten(worker)
        worker.close()

    def stop(self, lost: list[Worker]) -> None:
        """End workers with all that they started; those that are gone already are no matter."""
        known = [worker for worker in lost if worker in self._turns]
        workers.stop(known)
        for worker in known:
            turn = self._turns[worker]
            if turn:
                turn.wrote(worker)
            self.lose(worker)

    def dismiss(self) -> None:
        """Let all go."""
        everybody = list(self._turns)
        busy = [worker for worker in everybody if self._turns[worker] is not None]
        self.stop(busy)
        idle = list(self._turns)
        for worker in idle:
            self._unlisten(worker)
        workers.dismiss(idle)
        self._turns.clear()
        self._idle.clear()

    def _hire(self) -> Worker:
        # A number is never given twice: who has the mark of a worker is stopped with it.
        self._hired += 1
        worker = Worker(self.root, f"{self.mark}.{self._hired}")
        self.selector.register(worker.answers, selectors.EVENT_READ, lambda: self._answered(worker))
        self.selector.register(worker.output, selectors.EVENT_READ, lambda: self._wrote(worker))
        return worker

    def _answered(self, worker: Worker) -> None:
        turn = self._turns.get(worker)
        if turn:
            turn.answered(worker)
        elif worker in self._turns:  # an idle one that has died
            self.lose(worker)

    def _wrote(self, worker: Worker) -> None:
        turn = self._turns.get(worker)
        if turn:
            turn.wrote(worker)
        elif worker in self._turns:
            worker.read_output()  # of nobody's attempt
        if worker.is_silent and worker in self._turns:
            self.selector.unregister(worker.output)

    def _unlisten(self, worker: Worker) -> None:
        for end in (worker.answers, worker.output):
            if end in self.selector.get_map():
                self.selector.unregister(end)
