"""Attempts in processes of this machine: scripts as children of the runner, all else in workers that are used again."""

from __future__ import annotations

import os
from collections.abc import Sequence

from . import scripts
from .attempts import Success
from .crew import Crew
from .errors import Failure, UsageError
from .executor import Place, Turn, Work
from .scripts import Scripts, ScriptTurn
from .workers import Worker


class Processes:
    """An executor: as many attempts at once as there are cores, unless it is said."""

    keeps_time = False
    about = None

    def __init__(self, place: Place, argument: str | None = None) -> None:
        if argument is not None:
            raise UsageError(f"the executor processes takes no argument, found {argument}")
        self.slots = place.jobs or os.cpu_count() or 1
        self.crew = Crew(place.root, place.mark, place.selector)
        self.scripts = Scripts(place.root, place.mark, place.selector)

    def start(self, work: Work) -> Turn:
        if work.request["kind"] == "shell" and scripts.CAN:
            return ScriptTurn(self.scripts, work)
        return WorkerTurn(self.crew, work)

    def stop(self, turns: Sequence[Turn]) -> None:
        self.crew.stop([turn.worker for turn in turns if isinstance(turn, WorkerTurn)])
        self.scripts.stop([turn for turn in turns if isinstance(turn, ScriptTurn)])

    def renew(self) -> None:
        self.crew.renew()

    def close(self) -> None:
        self.crew.dismiss()
        self.scripts.dismiss()


class WorkerTurn:
    """An attempt in a worker process."""

    def __init__(self, crew: Crew, work: Work) -> None:
        self.crew = crew
        self.work = work
        self.worker = crew.take(self)
        try:
            self.worker.ask(work.request)
        except OSError:
            crew.lose(self.worker)
            self.worker = crew.take(self)
            self.worker.ask(work.request)

    def answered(self, worker: Worker) -> None:
        """The worker has an answer, or is gone."""
        try:
            answer = worker.answer()
        except EOFError:
            self._write_rest(worker)
            status = worker.status()
            self.crew.lose(worker)
            self.work.over(Failure(f"process ended: {status}", ("ProcessEnded",)))
            return
        if answer is None:
            return
        self._write_rest(worker)
        self.crew.give_back(worker)
        if "value" in answer:
            self.work.over(Success(answer["value"]))
        else:
            self.work.over(Failure(answer["message"], tuple(answer["names"]), answer["code"]))

    def wrote(self, worker: Worker) -> None:
        """The task has written something."""
        self.work.log.write(worker.read_output())

    def stop(self) -> None:
        self.crew.stop([self.worker])
        self.work.log.close()

    def _write_rest(self, worker: Worker) -> None:
        self.work.log.write(worker.read_output())
        self.work.log.close()
