"""The process that runs attempts, one after another, for a runner that is another process.

A request is one line of JSON on a pipe, an answer one line on another; standard output and error belong to the task.
Started as `python -c BOOT`, under a name of its own, so that nothing is imported but this and what the tasks import.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from .errors import failure
from .values import decode

BOOT = """
import sys, types
package = types.ModuleType(sys.argv[1]); package.__path__ = [sys.argv[2]]; sys.modules[sys.argv[1]] = package
sys.path[:0] = [sys.argv[3]]
from importlib import import_module
import_module(sys.argv[1] + ".worker").main(*map(int, sys.argv[4:]))
"""


def main(requests: int, answers: int, lifeline: int) -> None:
    """Serve until the runner closes the pipe. When it dies during an attempt, so do we, with all that we started."""
    threading.Thread(target=_watch, args=(lifeline,), daemon=True).start()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    root = os.getcwd()
    with os.fdopen(requests, "rb") as lines:
        for line in lines:
            _answer(answers, serve(decode(line.decode())))
            os.chdir(root)


def serve(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request: the value's text, or what went wrong."""
    from .execute import execute

    before = dict(os.environ)
    os.environ.update(request["env"])
    try:
        return {"value": execute(request)}
    except BaseException as error:
        _report(error)
        found = failure(error)
        return {"message": found.message, "names": found.names, "code": found.code}
    finally:
        if os.environ != before:
            _restore(before)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()


def _report(error: BaseException) -> None:
    """The traceback, from the user's code on, into the attempt's output."""
    import traceback

    from .errors import TaskFailure

    if isinstance(error, TaskFailure):
        sys.stderr.write(f"{error}\n")
        return
    frames = traceback.extract_tb(error.__traceback__)
    while frames and os.path.dirname(frames[0].filename) == os.path.dirname(__file__):
        frames.pop(0)
    lines = traceback.format_exception_only(type(error), error)
    if frames:
        lines = ["Traceback (most recent call last):\n", *traceback.format_list(frames), *lines]
    sys.stderr.write("".join(lines))


def _restore(before: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(before)


def _answer(answers: int, answer: dict[str, Any]) -> None:
    import json

    data = memoryview(json.dumps(answer).encode() + b"\n")
    while data:
        data = data[os.write(answers, data) :]


def _watch(lifeline: int) -> None:
    """Wait for the runner's end of a pipe to close, which is its death. Then another process ends this one.

    Were it this one, an attempt could start something between the last look and the end, which would live on.
    """
    os.read(lifeline, 1)
    import subprocess

    from . import processes

    try:
        subprocess.run([sys.executable, "-IS", processes.__file__, str(os.getpid())], check=False)
    finally:
        processes.stop(os.getpid(), grace=0, spare=os.getpid())
        os._exit(1)
