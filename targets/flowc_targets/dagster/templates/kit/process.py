"""Processes of an attempt: of its own where a timeout has to end all that was started, and the variables of all."""

from __future__ import annotations

import os
import pickle
import select
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import dagster as dg

from . import processes
from .errors import AttemptTimeout, Failure
from .failures import AttemptFailed
from .limits import Limit, limit

_FOREVER = Limit(timedelta(days=36500))


def apart(
    timeout: timedelta | Limit | None, output: str | None, function: Callable[..., Any], /, *args: Any, **named: Any
) -> Any:
    """Call a function in a process of its own: it may die, and is stopped with all that it started when time is over.

    Its value by the type `output`, None without one. AttemptTimeout where it was stopped, AttemptFailed if it fails.
    """
    request = pickle.dumps((sys.path, *_called(function), args, named, output))
    allowed = limit(timeout) if timeout is not None else _FOREVER
    answers, answer = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", f"{__package__}.child", str(answer)],
        stdin=subprocess.PIPE,
        pass_fds=(answer,),
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), processes.MARK: uuid.uuid4().hex},
    )
    os.close(answer)
    try:
        with os.fdopen(answers, "rb", buffering=0) as pipe:
            _send(process, request)
            said = _read(pipe.fileno(), allowed)
    except BaseException:
        processes.stop(process.pid)
        process.wait()
        raise
    process.wait()
    if not said:
        raise AttemptFailed(Failure(f"process ended: {_status(process.returncode)}", ("ProcessEnded",)))
    value, failed = pickle.loads(said)
    if failed:
        raise AttemptFailed(failed)
    return value


def _called(function: Callable[..., Any]) -> tuple[str, str]:
    """The module and the name by which a process finds a function; a decorator may have left it another one's."""
    module, name = function.__module__, function.__qualname__
    if _found(sys.modules.get(module), name) is function:
        return module, name
    for other in list(sys.modules):
        for called, value in list(getattr(sys.modules[other], "__dict__", {}).items()):
            if value is function:
                return other, called
    return module, name


def _found(place: Any, name: str) -> Any:
    for part in name.split("."):
        place = getattr(place, part, None)
    return place


def _send(process: subprocess.Popen[bytes], request: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(request)
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has ended already: its status tells


def _read(pipe: int, allowed: Limit) -> bytes:
    """All that is written until the other end is closed; AttemptTimeout where that takes too long."""
    found: list[bytes] = []
    while True:
        if not (pause := allowed.pause(60.0)):
            raise AttemptTimeout("the time is over")
        if not select.select([pipe], [], [], pause)[0]:
            continue
        piece = os.read(pipe, 1 << 16)
        if not piece:
            return b"".join(found)
        found.append(piece)


def _status(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit {code}"


def place_for(context: dg.OpExecutionContext, task: str, index: tuple[int, ...] = ()) -> str:
    """Where a task's file is made, an attempt over the one before."""
    return f".flowc/out/{context.run_id}/{task}" + (f"[{','.join(map(str, index))}]" if index else "")


@contextmanager
def variables(**given: str) -> Iterator[None]:
    """Variables of the environment for this attempt, and for what it starts."""
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
