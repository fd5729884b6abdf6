"""Process trees: what a process has started, at any depth, and how all of it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

MARK = "FLOW_TREE"
"""The variable that a whole tree inherits: it finds those that have left their parents and sessions."""


def stop(*roots: int, grace: float = 0.5, spare: int = 0) -> None:
    """End processes and all that they started: asked first, killed after the grace. Returns once none is left."""
    asked = grace > 0
    deadline = time.monotonic() + grace
    members: set[int] = tree(roots) - {spare}
    while members:
        for pid in members:
            _signal(pid, signal.SIGTERM if asked else signal.SIGKILL)
        asked = False
        while members and time.monotonic() < deadline:
            time.sleep(0.005)
            members = {pid for pid in members if _runs(pid)}
        deadline = time.monotonic() + 0.2
        members = {pid for pid in members | tree(roots) if _runs(pid)} - {spare}


def tree(roots: tuple[int, ...]) -> set[int]:
    """The processes and their descendants, those of their sessions and those that carry their marks."""
    parents, sessions = _table()
    found = set(roots)
    found |= {pid for pid, session in sessions.items() if session in roots}
    found |= _marked(roots)
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(more)
        found |= more
    return {pid for pid in found if _runs(pid)}


def left_over(mark: str) -> set[int]:
    """Processes of workers whose mark begins so: what a killed runner has left behind."""
    return {pid for pid, found in _marks() if found.startswith(mark)}


def _marked(roots: tuple[int, ...]) -> set[int]:
    marks = _marks()
    own = tuple(mark + "/" for pid, mark in marks if pid in roots)
    return {pid for pid, mark in marks if own and (mark + "/").startswith(own)}


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


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass
