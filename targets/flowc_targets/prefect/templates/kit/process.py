"""Calls in a process of their own, whose whole tree can be stopped: a thread cannot."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from . import processes
from .errors import TIMED_OUT, Failure
from .facts import run_id
from .failures import AttemptFailed
from .logs import logged
from .stopping import attempt

PROJECT = Path(__file__).resolve().parent.parent
AT_ONCE = int(os.environ.get("FLOW_PROCESSES") or 4 * (os.cpu_count() or 1))
"""How many processes a flow run has at once: a loop over a thousand elements would start as many."""
_places = threading.BoundedSemaphore(AT_ONCE)


def place_for(task: str) -> str:
    """Where a task's file is made, an attempt over the one before."""
    return f".flowc/out/{run_id()}/{attempt().label or task}"


def apart(
    output: str | None = None, *, timeout: timedelta | None = None, env: Mapping[str, str] | None = None
) -> Callable[..., Any]:
    """A way to call a function in a process of its own: `apart("int", timeout=...)(function, argument)`.

    The process and all that it started are stopped after the timeout, and when the run is. Its environment is ours
    and `env`; what it prints is logged. AttemptFailed if the call fails; the value is of the type `output`.
    """

    def call(function: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        request = pickle.dumps((sys.path, function.__module__, function.__qualname__, args, named, output))
        with _place():
            return _called(request)

    def _called(request: bytes) -> Any:
        answers, answer = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.child", str(answer)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(answer,),
            start_new_session=True,
            cwd=PROJECT,
            env={**os.environ, **(env or {}), "PYTHONPATH": str(PROJECT), processes.MARK: uuid.uuid4().hex},
        )
        os.close(answer)
        said, is_late = _answer(process, request, answers, timeout)
        attempt().stopping.check()
        if is_late:
            raise AttemptFailed(TIMED_OUT)
        if not said:
            raise AttemptFailed(Failure(f"process ended: {_status(process.returncode)}", ("ProcessEnded",)))
        value, failed = pickle.loads(said)
        if failed:
            raise AttemptFailed(failed)
        return value

    return call


@contextmanager
def _place() -> Iterator[None]:
    """One of the processes that there may be at once."""
    while not _places.acquire(timeout=0.5):
        attempt().stopping.begin()
    try:
        yield
    finally:
        _places.release()


def _answer(
    process: subprocess.Popen[bytes], request: bytes, answers: int, timeout: timedelta | None
) -> tuple[bytes, bool]:
    """What the process answers, and whether its time was over before."""
    assert process.stdin and process.stdout
    is_late = threading.Event()

    def late() -> None:
        is_late.set()
        processes.stop(process.pid)

    listener = threading.Thread(target=_pass_on, args=(process.stdout, logged()), daemon=True)
    listener.start()
    timer = threading.Timer(timeout.total_seconds(), late) if timeout is not None else None
    try:
        with attempt().stopping.ended_by(lambda: processes.stop(process.pid)), os.fdopen(answers, "rb") as pipe:
            if timer:
                timer.start()
            try:
                process.stdin.write(request)
                process.stdin.close()
            except BrokenPipeError:
                pass  # it has ended already
            said = pipe.read()
            process.wait()
    except BaseException:
        processes.stop(process.pid)
        process.wait()
        raise
    finally:
        if timer:
            timer.cancel()
    listener.join(1)
    return said, is_late.is_set()


def _pass_on(stream: IO[bytes], log: Callable[[str], None]) -> None:
    with stream:
        for line in stream:
            log(line.decode("utf-8", "replace").rstrip("\n"))


def _status(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit {code}"
