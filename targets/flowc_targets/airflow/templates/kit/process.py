"""Processes of a task: in the project's folder, and of their own where a timeout has to end all that was started."""

from __future__ import annotations

import os
import pickle
import select
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import processes
from .errors import Failure
from .failures import AttemptFailed

PROJECT = Path(__file__).resolve().parent.parent


LISTEN = 2.0
"""Seconds between looks whether the run has to end."""
_watching: list[Callable[[], None]] = []


def watch(look: Callable[[], None]) -> None:
    """Have this attempt look again and again while a process of its own works: an exception ends it."""
    _watching.append(look)


def in_project(context: Mapping[str, Any]) -> None:
    """Paths count from the project's folder (`pre_execute`)."""
    os.chdir(PROJECT)


def apart(output: str | None, function: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
    """Call a function in a process of its own, which is ended with all that it started if we are interrupted.

    The value as an XCom holds it, by the type `output`; None without one. AttemptFailed if the call fails.
    """
    request = pickle.dumps((sys.path, function.__module__, function.__qualname__, args, named, output))
    answers, answer = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "dagkit.child", str(answer)],
        stdin=subprocess.PIPE,
        pass_fds=(answer,),
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT), processes.MARK: uuid.uuid4().hex},
    )
    os.close(answer)
    try:
        with os.fdopen(answers, "rb", buffering=0) as pipe:
            _send(process, request)
            said = _read(pipe.fileno())
    except BaseException:
        processes.stop(process.pid)
        process.wait()
        raise
    process.wait()
    if not said:
        raise AttemptFailed(Failure(_status(process.returncode)))
    value, failed = pickle.loads(said)
    if failed:
        raise AttemptFailed(failed)
    return value


def _send(process: subprocess.Popen[bytes], request: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(request)
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has ended already: its status tells


def _read(pipe: int) -> bytes:
    """All that is written until the other end is closed; what watches may end it before."""
    found: list[bytes] = []
    while True:
        if not select.select([pipe], [], [], LISTEN if _watching else None)[0]:
            for look in _watching:
                look()
            continue
        piece = os.read(pipe, 1 << 16)
        if not piece:
            return b"".join(found)
        found.append(piece)


def run_apart(function: Callable[..., Any], /, *args: Any, **named: Any) -> None:
    """The same for a function that is not called for its value."""
    apart(None, function, *args, **named)


def _status(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit {code}"
