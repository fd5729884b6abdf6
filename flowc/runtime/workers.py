"""The runner's side of its worker processes: started when one is needed, used again, replaced when one is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import processes
from .values import encode
from .worker import BOOT

_CHUNK = 1 << 16


class Worker:
    """One process. Its answers and its output come on pipes that never block."""

    def __init__(self, root: Path, mark: str, env: Mapping[str, str] = os.environ) -> None:
        requests, self._requests = os.pipe()
        self.answers, answers = os.pipe()
        self.output, output = os.pipe()
        lifeline, self._lifeline = os.pipe()
        ends = (requests, answers, lifeline)
        package = str(Path(__file__).parent)
        command = [sys.executable, "-c", BOOT, "_flow_runtime", package, str(root), *map(str, ends)]
        self.process = subprocess.Popen(
            command,
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=ends,
            start_new_session=True,
            env={**env, processes.MARK: mark},
        )
        for end in (*ends, output):
            os.close(end)
        os.set_blocking(self.answers, False)
        os.set_blocking(self.output, False)
        self._answer = b""
        self.is_silent = False  # nobody is left who could write

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request; OSError where the process is gone."""
        self.send(encode(request))

    def send(self, request: str) -> None:
        """Send a request by its text."""
        data = memoryview(request.encode() + b"\n")
        while data:
            data = data[os.write(self._requests, data) :]

    def answer(self) -> dict[str, Any] | None:
        """The answer, if it has come; EOFError where the process has ended without one."""
        while True:
            try:
                piece = os.read(self.answers, _CHUNK)
            except BlockingIOError:
                return None
            if not piece:
                raise EOFError
            self._answer += piece
            if piece.endswith(b"\n"):
                line, self._answer = self._answer, b""
                return json.loads(line)

    def read_output(self) -> bytes:
        """What was written to standard output and error since, as far as a pipe holds it."""
        pieces: list[bytes] = []
        while not self.is_silent and len(pieces) < 2:  # more only where somebody writes as fast as it is read
            try:
                piece = os.read(self.output, _CHUNK)
            except BlockingIOError:
                break
            self.is_silent = not piece
            pieces.append(piece)
        return b"".join(pieces)

    def status(self) -> str:
        """How a process that is gone has ended."""
        code = self.process.wait()
        return f"killed by signal {-code}" if code < 0 else f"exit {code}"

    def close(self) -> None:
        """Give the pipes back; an idle process has ended by then, any other is lost with them."""
        self.is_silent = True
        self.finish()
        for end in (self.answers, self.output, self._lifeline):
            os.close(end)

    def finish(self) -> None:
        """Ask for nothing more: an idle process ends."""
        if self._requests >= 0:
            os.close(self._requests)
            self._requests = -1


def stop(workers: list[Worker], grace: float = 0.5) -> None:
    """End the processes and all that they started."""
    if workers:
        processes.stop(*(worker.process.pid for worker in workers), grace=grace)
    for worker in workers:
        worker.process.wait()


def dismiss(workers: list[Worker], patience: float = 0.5) -> None:
    """Let idle processes end by themselves; whatever stays is stopped."""
    for worker in workers:
        worker.finish()
    deadline = time.monotonic() + patience
    while any(worker.process.poll() is None for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.002)
    stop([worker for worker in workers if worker.process.poll() is None])
    for worker in workers:
        worker.close()
