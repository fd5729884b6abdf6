"""Attempts inside of a worker of Dask: each in a process of its own kind, as natively, and never twice.

Dask runs a task again whose worker died. So an attempt claims itself at the scheduler before it begins, and one that
finds itself claimed was lost with that worker. What the runner removes of a claim it removes after the task: whoever
claims something that is over finds that the scheduler does not want it any more.
"""

from __future__ import annotations

import os
import selectors
import threading
import time
from typing import Any

from . import dask_project, workers
from .dask_project import Project
from .dask_words import CLAIM, LOST, OVER, STOPPED, TIMEOUT, UNSEEN
from .errors import failure
from .printed import Printed
from .workers import Worker

_LOOK = 0.5
"""Seconds between looks whether an attempt is still wanted."""
_IDLE = 20.0
"""Seconds after which a process that has nothing to do ends."""
_ENDING = ("closing", "closed", "failed", "stopped")
"""What a worker of Dask is that has lost its scheduler: it waits for our threads, and we must not."""
_UNSEEN = ("DASK_INTERNAL_INHERIT_CONFIG",)
"""Variables of Dask's own, for the processes that it starts itself."""


class Going:
    """An attempt that goes on here."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._hears, self._tells = os.pipe()
        self.is_stopped = False
        self.printed: list[bytes] = []

    def stop(self) -> None:
        """Ask for its end; `over` is set once that is so."""
        self.is_stopped = True
        os.write(self._tells, b"x")

    def fileno(self) -> int:
        return self._hears

    def __del__(self) -> None:
        os.close(self._hears)
        os.close(self._tells)


class Crew:
    """The processes of this worker that have nothing to do, by the project that they work on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[tuple[Any, float, Worker]] = []
        self._hired = 0
        self._tidies = False

    def take(self, project: Project) -> Worker:
        """A process for an attempt."""
        with self._lock:
            for place in reversed(range(len(self._idle))):
                if self._idle[place][0] == project.key:
                    return self._idle.pop(place)[2]
            self._hired += 1
            number = self._hired
        env = {name: value for name, value in os.environ.items() if name not in _UNSEEN}
        return Worker(project.folder, f"{project.mark}.d{os.getpid()}.{number}", env)

    def give_back(self, project: Project, worker: Worker) -> None:
        """The process is idle again."""
        with self._lock:
            self._idle.append((project.key, time.monotonic(), worker))
            if not self._tidies:
                self._tidies = True
                threading.Thread(target=self._tidy, daemon=True).start()

    def dismiss(self, mark: str) -> None:
        """Let those go that work for a runner."""
        with self._lock:
            gone = [each[2] for each in self._idle if each[0][0] == mark]
            self._idle = [each for each in self._idle if each[0][0] != mark]
        workers.dismiss(gone)

    def _tidy(self) -> None:
        while True:
            time.sleep(_IDLE / 4)
            since = time.monotonic() - _IDLE
            with self._lock:
                gone = [each[2] for each in self._idle if each[1] < since]
                self._idle = [each for each in self._idle if each[1] >= since]
                if not self._idle and not gone:
                    self._tidies = False
                    return
            workers.dismiss(gone)


_CREW = Crew()
_GOING: dict[str, Going] = {}


def attempt(worker: Any, key: Any, client: Any, work: dict[str, Any]) -> dict[str, Any]:
    """Do an attempt; what became of it. Nothing has begun where it is UNSEEN, LOST or OVER."""
    project = dask_project.of(worker, client, work)
    if project is None or not (project.is_shared or work["for_all"]):
        return {"end": UNSEEN}
    going = _GOING[work["id"]] = Going()
    try:
        if not _claim(worker, key, client, work["claim"]):
            return {"end": LOST}
        if not _is_wanted_there(worker, key, client):
            client.unpublish_dataset(work["claim"])
            return {"end": OVER}
        return _Attempt(project, going, lambda: _is_wanted(worker, key)).run(work)
    finally:
        _GOING.pop(work["id"], None)
        going.over.set()


def stop(worker: Any, ids: list[str]) -> dict[str, list[bytes]]:
    """End attempts that go on here with all that they started; back once that is so, with what each has printed."""
    found = {each: going for each in ids if (going := _GOING.get(each))}
    for going in found.values():
        going.stop()
    return {each: going.printed for each, going in found.items() if going.over.wait(60)}


def leave(worker: Any, mark: str) -> None:
    """A runner is gone: nothing of it is kept."""
    _CREW.dismiss(mark)
    dask_project.forget(mark)


def probe(worker: Any, given: dict[str, Any]) -> bool:
    """Whether this worker sees the project's own folder."""
    return dask_project.is_seen(given)


def _claim(worker: Any, key: Any, client: Any, name: str) -> bool:
    """Whether this is the first to claim the attempt."""
    try:
        client.publish_dataset({CLAIM: worker.address}, name=name)
    except KeyError:
        return False
    return True


def _is_wanted_there(worker: Any, key: Any, client: Any) -> bool:
    """Whether the scheduler has the task as one that this worker does."""
    return key in client.processing(workers=[worker.address]).get(worker.address, ())


def _is_wanted(worker: Any, key: Any) -> bool:
    """Whether somebody still waits for a task that runs here: where runner or scheduler have died nobody does."""
    if worker.status.name in _ENDING:
        return False
    task = worker.state.tasks.get(key)
    return task is not None and task.state not in ("cancelled", "released", "forgotten")


class _Attempt:
    """An attempt that has the right to begin."""

    def __init__(self, project: Project, going: Going, is_wanted: Any) -> None:
        self.project = project
        self.going = going
        self.is_wanted = is_wanted
        self.printed = Printed()

    def run(self, work: dict[str, Any]) -> dict[str, Any]:
        """What became of it, and what it printed."""
        try:
            end = self._answered(self.project.request(work), work)
        except Exception as error:  # of the store
            found = failure(error)
            self.printed.add(f"{found.message}\n".encode())
            end = {"end": "answer", "answer": {"message": found.message, "names": found.names, "code": found.code}}
        self.going.printed = self.printed.pieces()
        return {**end, "printed": self.going.printed}

    def _answered(self, request: str, work: dict[str, Any]) -> dict[str, Any]:
        process = self._asked(request)
        try:
            answer = self._wait(process, work["timeout"])
        except EOFError:
            self._read_rest(process)
            status = process.status()
            process.close()
            return {"end": "gone", "status": status}
        if isinstance(answer, str):
            workers.stop([process])
            self._read_rest(process)
            process.close()
            return {"end": answer}
        self._read_rest(process)
        _CREW.give_back(self.project, process)
        return {"end": "answer", **self.project.answer(answer)}

    def _asked(self, request: str) -> Worker:
        process = _CREW.take(self.project)
        try:
            process.send(request)
        except OSError:  # it has died while it had nothing to do
            process.close()
            process = _CREW.take(self.project)
            process.send(request)
        return process

    def _wait(self, process: Worker, timeout: float | None) -> dict[str, Any] | str:
        """The answer, or why there is none and the process has to be stopped; EOFError where it has died."""
        end = None if timeout is None else time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            for each in (process.answers, process.output, self.going):
                selector.register(each, selectors.EVENT_READ)
            while True:
                left = _LOOK if end is None else min(_LOOK, end - time.monotonic())
                ready = [key.fileobj for key, _ in selector.select(max(0.0, left))]
                if self.going.is_stopped or not self.is_wanted():
                    return STOPPED
                if process.output in ready:
                    self.printed.add(process.read_output())
                    if process.is_silent:
                        selector.unregister(process.output)
                if process.answers in ready and (answer := process.answer()) is not None:
                    return answer
                if end is not None and time.monotonic() >= end:
                    return TIMEOUT

    def _read_rest(self, process: Worker) -> None:
        self.printed.add(process.read_output())
