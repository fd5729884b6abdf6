"""Clusters of Dask for tests: a real scheduler and real workers on loopback, each a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 60


class Cluster:
    """A scheduler, and workers that can be killed and followed by others."""

    def __init__(self, folder: Path, *, sees_folders: bool = True) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.env = {**os.environ, "DASK_FLOWC__SHARED_FOLDER": str(sees_folders), "PYTHONPATH": ""}
        self.workers: list[subprocess.Popen[bytes]] = []
        self._file = folder / "scheduler.json"
        self._numbers = iter(range(1000))
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        self._wait_for(self._file)
        import json

        self.address: str = json.loads(self._file.read_text())["address"]

    def hire(self, threads: int = 2) -> subprocess.Popen[bytes]:
        """One more worker."""
        name = f"worker{next(self._numbers)}"
        options = ("--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--name", name, "--host", "127.0.0.1")
        place = ("--local-directory", str(self.folder / name))
        worker = self._start("worker", *options, *place, "--memory-limit", "0", "--death-timeout", "30")
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """End a worker at once."""
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.workers.remove(worker)

    def close(self) -> None:
        for each in (*self.workers, self.scheduler):
            each.kill()
            each.wait()

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--scheduler-file", str(self._file), *options]
        with (self.folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=self.env, stdout=log, stderr=log)

    def _wait_for(self, path: Path) -> None:
        end = time.monotonic() + PATIENCE
        while not path.exists() or not path.read_text():
            assert self.scheduler.poll() is None, (self.folder / "scheduler.log").read_text()
            assert time.monotonic() < end, "no scheduler came up"
            time.sleep(0.05)


class Wire:
    """A connection to a scheduler that can be cut; whoever comes afterwards is let through."""

    def __init__(self, address: str) -> None:
        host, _, port = address.removeprefix("tcp://").partition(":")
        self._there = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self.address = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._there)
                self._ends += (near, far)
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError), source, sink:
            while piece := source.recv(1 << 16):
                sink.sendall(piece)


@contextmanager
def cluster(folder: Path, workers: int, *, sees_folders: bool = True) -> Generator[Cluster]:
    """A cluster for a while."""
    found = Cluster(folder, sees_folders=sees_folders)
    try:
        for _ in range(workers):
            found.hire()
        yield found
    finally:
        found.close()
