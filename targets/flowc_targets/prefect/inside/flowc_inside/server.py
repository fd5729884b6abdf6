"""A Prefect server of its own, on loopback, for as long as the engine runs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# A server on SQLite now and then stands still for the minute that a statement waits for the database: Python's
# collector frees an old cursor in the thread of the event loop, and waits there for its connection, that for the
# connection that writes, and that one for the loop. Deadlines pass meanwhile. A server that lives no longer than a
# batch needs no collector.
START = "import gc; gc.disable(); from prefect.cli import app; app()"
# Runs are asked for, never scheduled; what runs and tasks send as events has to be recorded.
QUIET = ("SCHEDULER", "LATE_RUNS", "CANCELLATION_CLEANUP", "PAUSE_EXPIRATIONS", "FOREMAN", "TRIGGERS")


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Start a server; gives the address of its API."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, **{f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in QUIET}}
    command = [sys.executable, "-c", START, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(server, f"http://127.0.0.1:{port}/api/health")
        yield f"http://127.0.0.1:{port}/api"
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], address: str, patience: float = 180) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if server.poll() is not None:
            sys.exit(f"the Prefect server ended with {server.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("the Prefect server did not start in time")
