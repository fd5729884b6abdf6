"""A cluster of Dask on this machine, for one runner: a process of its own with its workers, gone when the runner is.

Of its own, so that an interrupt from the terminal reaches the runner alone, which ends what goes on in good order.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from .errors import UsageError

_BOOT = """
import sys, types
sys.path[:] = [place for place in sys.path if place]
package = types.ModuleType("_flow_runtime"); package.__path__ = [sys.argv[1]]; sys.modules["_flow_runtime"] = package
from importlib import import_module
import_module("_flow_runtime.dask_local").main(int(sys.argv[2]))
"""
_LAST_WORDS = 2000


class LocalCluster:
    """The runner's side of it."""

    def __init__(self, root: Path, jobs: int | None) -> None:
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as this
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BOOT, str(Path(__file__).parent), str(jobs or 0)],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            start_new_session=True,
        )
        assert self._process.stdout
        self.address = self._process.stdout.readline().decode().strip()
        if not self.address:
            self.close()
            raise UsageError(f"no cluster of Dask could be started on this machine: {self._last_words()}")

    def close(self, patience: float = 10) -> None:
        """Let it end; what is not over in time is killed."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _last_words(self) -> str:
        self._said.seek(0)
        return self._said.read()[-_LAST_WORDS:].decode("utf-8", "replace").strip()


def main(jobs: int) -> None:
    """Be the cluster until standard input ends."""
    import asyncio

    asyncio.run(_serve(jobs))


async def _serve(jobs: int) -> None:
    import asyncio
    import logging

    distributed: Any = import_module("distributed")
    config: Any = import_module("dask.config")
    sized: Any = import_module("distributed.deploy.utils").nprocesses_nthreads
    count, threads = sized(jobs) if jobs else sized()
    # a task sees the variables that it would see natively
    with config.set({"distributed.nanny.pre-spawn-environ": {}}):
        async with distributed.LocalCluster(
            n_workers=count,
            threads_per_worker=threads,
            host="127.0.0.1",
            dashboard_address=None,
            asynchronous=True,
            silence_logs=logging.CRITICAL,
        ) as cluster:
            sys.stdout.write(f"{cluster.scheduler_address}\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.buffer.read)
