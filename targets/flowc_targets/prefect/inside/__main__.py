"""The engine: loads Prefect once, starts a server, and forks a process for each job.

Called as `python inside ANSWERS HOME WORKERS`, with the jobs as JSON on standard input.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from job import perform
from server import serving

Spec = dict[str, Any]


def main(answer: Path, home: Path, workers: int) -> None:
    """Run all jobs, some at once."""
    signal.signal(signal.SIGTERM, _end)
    specs: list[Spec] = json.load(sys.stdin)
    with serving(home) as address:
        os.environ["PREFECT_API_URL"] = address
        _load()
        _perform(specs, answer, workers)


def _load() -> None:
    """What every job needs. No threads may be running when it is forked, so nothing is called yet."""
    import prefect
    import prefect.events.clients
    import prefect.flow_engine
    import prefect.task_engine
    import prefect.task_runners

    assert prefect.__version__


def _perform(specs: list[Spec], answer: Path, workers: int) -> None:
    waiting = list(specs)
    running: dict[int, tuple[Spec, float]] = {}
    try:
        while waiting or running:
            while len(running) < workers and (spec := _next(waiting, running)):
                running[_start(spec, answer)] = (spec, time.monotonic() + spec["timeout"])
            _reap(running, answer)
            time.sleep(0.02)
    finally:
        for pid in running:
            _kill(pid)


def _next(waiting: list[Spec], running: dict[int, tuple[Spec, float]]) -> Spec | None:
    """The next job. Limits are the server's, so of the jobs that have any only one runs at a time."""
    is_taken = any(spec["pools"] for spec, _ in running.values())
    found = next((spec for spec in waiting if not (is_taken and spec["pools"])), None)
    if found:
        waiting.remove(found)
    return found


def _start(spec: Spec, answer: Path) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    log = os.open(spec["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    faulthandler.register(signal.SIGUSR1)
    try:
        perform(spec, answer)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _reap(running: dict[int, tuple[Spec, float]], answer: Path) -> None:
    for pid, (spec, end) in list(running.items()):
        ended, _ = os.waitpid(pid, os.WNOHANG)
        if ended:
            del running[pid]
            _kill(pid)  # what it may have left behind
            _owed(spec, answer, "crashed")
        elif time.monotonic() > end:
            os.kill(pid, signal.SIGUSR1)  # it tells in its log where it stands
            time.sleep(0.5)
            _kill(pid)
            os.waitpid(pid, 0)
            del running[pid]
            _owed(spec, answer, "timeout")


def _owed(spec: Spec, answer: Path, status: str) -> None:
    """A record for a job that has left none."""
    told = answer.read_text("utf-8").splitlines() if answer.exists() else []
    if not any(json.loads(line)["id"] == spec["id"] for line in told):
        said = Path(spec["log"]).read_text("utf-8", "replace")[-3000:]
        with answer.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"id": spec["id"], "status": status, "error": said, "runs": []}) + "\n")


def _kill(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
