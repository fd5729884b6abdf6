"""Process trees: what a process has started, at any depth, and how all of it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

MARK = "FLOW_TREE"
"""The variable that a whole tree inherits: it finds those that have left their parents and sessions."""
_EXEC = 0.02
_LONG = 0.2
"""Seconds that a process may take to show what it runs; that a killed one may take to go."""


def stop(*roots: int, grace: float = 0.5, spare: int = 0) -> None:
    """End processes and all that they started: asked first, killed after the grace. Returns once none is left."""
    marks = _marks_of(roots)
    if grace > 0:
        members = tree(roots, marks) - {spare}
        _signal(members, signal.SIGTERM)
        _wait(members, grace)
    # Between fork and exec a process shows no mark, and no parent where that has died: an empty look is taken twice.
    while _kill(roots, marks, spare) or (time.sleep(_EXEC), _kill(roots, marks, spare))[1]:
        pass


def _kill(roots: tuple[int, ...], marks: tuple[str, ...], spare: int) -> bool:
    """Kill all that runs of a tree; false where nothing does. All are held first: none starts another unseen."""
    held: set[int] = set()
    while found := tree(roots, marks) - held - {spare}:
        _signal(found, signal.SIGSTOP)
        held |= found
    killed = _signal(held, signal.SIGKILL)
    _wait(killed, _LONG)
    return bool(killed)


def tree(roots: tuple[int, ...], marks: tuple[str, ...] = ()) -> set[int]:
    """The processes and their descendants, those of their sessions and those that carry the marks."""
    parents, sessions = _table()
    found = set(roots)
    found |= {pid for pid, session in sessions.items() if session in roots}
    found |= {pid for pid, mark in _marks() if marks and (mark + "/").startswith(marks)}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(more)
        found |= more
    return {pid for pid in found if _runs(pid)}


def left_over(mark: str) -> set[int]:
    """Processes of workers whose mark begins so: what a killed runner has left behind."""
    return {pid for pid, found in _marks() if found.startswith(mark)}


def _marks_of(roots: tuple[int, ...]) -> tuple[str, ...]:
    """How the marks of all that the processes started begin; asked for while they live."""
    return tuple(mark + "/" for pid, mark in _marks() if pid in roots)


def _marks() -> list[tuple[int, str]]:
    """Marked processes, where the system shows environments (Linux)."""
    found: list[tuple[int, str]] = []
    for folder in _processes():
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        start = MARK.encode() + b"="
        marks = [entry[len(start) :] for entry in environment.split(b"\0") if entry.startswith(start)]
        found += [(int(folder.name), mark.decode()) for mark in marks]
    return found


def _table() -> tuple[dict[int, int], dict[int, int]]:
    """Parent and session of every process."""
    if not Path("/proc/self/stat").exists():
        return _table_of_ps()
    parents: dict[int, int] = {}
    sessions: dict[int, int] = {}
    for folder in _processes():
        try:
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
        sessions[int(folder.name)] = int(fields[3])
    return parents, sessions


def _table_of_ps() -> tuple[dict[int, int], dict[int, int]]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,sess="], capture_output=True, text=True, check=False).stdout
    rows = [line.split() for line in listed.splitlines()]
    return (
        {int(pid): int(parent) for pid, parent, *_ in rows},
        {int(pid): int(rest[0]) for pid, _, *rest in rows if rest and rest[0].isdigit()},
    )


def _processes() -> list[Path]:
    try:
        return [folder for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    except OSError:
        return []


def _runs(pid: int) -> bool:
    """Whether a process is there and no mere remainder that nobody has waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self/stat").exists()


def _wait(members: set[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(map(_runs, members)) and time.monotonic() < deadline:
        time.sleep(0.005)


def _signal(members: set[int], number: signal.Signals) -> set[int]:
    """Those that were there, and are ours to signal."""
    found: set[int] = set()
    for pid in members:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue
        found.add(pid)
    return found


def guard(mark: str) -> None:
    """Wait until the runner at the other end of standard input has died, then end what it ran."""
    os.read(0, 1)
    while found := left_over(f"{mark}."):
        stop(*found, grace=0, spare=os.getpid())


if __name__ == "__main__":
    if sys.argv[1] == "guard":
        guard(sys.argv[2])
    else:  # a worker starts this when its runner has died: it ends the worker and all of its tree
        stop(int(sys.argv[1]), grace=0, spare=os.getpid())
