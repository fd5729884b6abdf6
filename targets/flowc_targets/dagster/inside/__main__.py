"""Runs Dagster jobs and prints what Dagster's own event log says of them.

This folder is executed by the Python of a Dagster environment (`python inside OUT WORKERS`, the jobs on its standard
input); it knows the standard library and Dagster, nothing of the compiler. Dagster takes some seconds to load, so one
process loads it once and forks: a process per job, in it Dagster's multiprocess executor with a process per step.
"""

import gc
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator

import job
import psutil
import warm


def main(out_path: str, workers: int) -> None:
    waiting = list(reversed(json.load(sys.stdin)))
    warm.load()
    gc.freeze()  # so that the collector of a child does not copy every page that it shares with this process
    running: dict[int, tuple[dict, float]] = {}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with open(out_path, "a", encoding="utf-8") as out:
            while waiting or running:
                while waiting and len(running) < workers:
                    spec = waiting.pop()
                    running[_start(spec)] = (spec, time.monotonic() + spec["timeout"])
                for record in _ended(running):
                    out.write(json.dumps(record) + "\n")
                    out.flush()
                time.sleep(0.02)
    finally:
        for pid in running:
            _kill_tree(pid)


def _ended(running: dict[int, tuple[dict, float]]) -> Iterator[dict]:
    """The records of the jobs that have ended by now, or have to."""
    for pid, (spec, end) in list(running.items()):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended and time.monotonic() < end:
            continue
        if not ended:
            _kill_tree(pid)
            os.waitpid(pid, 0)
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
        job.run(spec)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


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
    with open(path, encoding="utf-8", errors="replace") as file:
        return "".join(file.readlines()[-30:])


def _kill_tree(pid: int) -> None:
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in family:
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            pass


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
