"""Runs jobs on an engine: `python inside ENGINE OUT WORKERS`, with the jobs as JSON on standard input.

It is executed by the Python of the engine's environment, and knows the standard library alone. ENGINE is the folder
`inside` of a target, whose package `flowc_inside` knows the engine: `warm.ready()` loads it and holds what all jobs
need, `warm.SHARES_POOLS` says whether the limits of pools are one for all jobs, `job.run(spec)` gives a job's record.
Engines take seconds to load, so one process loads it once and forks: a process for each job.
"""

import faulthandler
import gc
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import closing

Running = dict[int, tuple[dict, float]]
"""Each job by the process that it has, and when it has to end."""


def main(inside: str, out: str, workers: int) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    specs = json.load(sys.stdin)
    sys.path.insert(1, inside)
    # a package of its own, for a user's module may be called `job` or `records`
    from flowc_inside import warm

    with warm.ready(), open(out, "a", encoding="utf-8") as answers:
        gc.freeze()  # so that the collector of a child does not copy every page that it shares with this process
        with closing(_records(specs, workers, warm.SHARES_POOLS)) as records:
            for record in records:
                answers.write(json.dumps(record) + "\n")
                answers.flush()


def _records(waiting: list[dict], workers: int, shares_pools: bool) -> Generator[dict]:
    """The record of each job as soon as it has ended."""
    running: Running = {}
    try:
        while waiting or running:
            while len(running) < workers and (spec := _next(waiting, running, shares_pools)):
                waiting.remove(spec)
                running[_start(spec)] = (spec, time.monotonic() + spec["timeout"])
            yield from _ended(running)
            time.sleep(0.02)
    finally:
        for pid in running:
            _kill(pid)


def _next(waiting: list[dict], running: Running, shares_pools: bool) -> dict | None:
    """The job to start now. Where limits are shared, of the jobs that have any only one runs at a time."""
    is_taken = shares_pools and any(spec["pools"] for spec, _ in running.values())
    return next((spec for spec in waiting if not (is_taken and spec["pools"])), None)


def _ended(running: Running) -> Iterator[dict]:
    """The records of the jobs that have ended by now, or have to."""
    for pid, (spec, end) in list(running.items()):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended and time.monotonic() < end:
            continue
        if not ended:
            os.kill(pid, signal.SIGUSR1)  # it tells in its log where it stands
            time.sleep(0.5)
            _kill(pid)
            os.waitpid(pid, 0)
        _send(os.killpg, pid)  # what an ended one may have left behind
        del running[pid]
        yield _record(spec, timed_out=not ended, status=status)


def _start(spec: dict) -> int:
    """Fork the process of one job; it writes its record to a file, for its exit may be sudden."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.setsid()
        log = os.open(os.path.join(spec["home"], "engine.log"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        faulthandler.register(signal.SIGUSR1)
        _perform(spec)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _perform(spec: dict) -> None:
    from flowc_inside import job

    record = {"id": spec["id"], "error": None, "runs": [], **job.run(spec)}
    with open(os.path.join(spec["home"], "record.json"), "w", encoding="utf-8") as file:
        json.dump(record, file)


def _record(spec: dict, *, timed_out: bool, status: int) -> dict:
    path = os.path.join(spec["home"], "record.json")
    log = os.path.join(spec["home"], "engine.log")
    if timed_out:
        error = f"not ended after {spec['timeout']} s\n{_tail(log)}"
        return {"id": spec["id"], "status": "timeout", "error": error, "runs": []}
    if status or not os.path.exists(path):
        return {"id": spec["id"], "status": "crashed", "error": _tail(log), "runs": []}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _tail(path: str) -> str:
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return "".join(file.readlines()[-30:])


def _kill(pid: int) -> None:
    """Kill a job's process and all that it started, also where that has left its group."""
    for each in [*_below(pid), pid]:
        _send(os.killpg, each)
        _send(os.kill, each)


def _send(kill: Callable[[int, int], None], pid: int) -> None:
    try:
        kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # the latter is how macOS says it of a group
        pass


def _below(pid: int) -> list[int]:
    """All processes below one: those that it has started, and what these have."""
    parents = _parents()
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def _parents() -> dict[int, int]:
    """The parent of each process, without a package that not every environment has."""
    if os.path.isdir("/proc/self"):
        return dict(_told_by_linux())
    told = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False).stdout
    return {int(pid): int(parent) for pid, parent in map(str.split, told.splitlines())}


def _told_by_linux() -> Iterator[tuple[int, int]]:
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                # a process may have any name, and that stands in brackets
                yield int(name), int(file.read().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            pass


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
