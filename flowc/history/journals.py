"""What journals tell of runs: a line for the list, and all instances with their attempts for one of them."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from flowc.runtime.journal import Record, read
from flowc.runtime.model import Flow

ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
MOST_LOG = 1 << 16
"""Bytes of a log that are told at once."""


def ids(state: Path) -> list[str]:
    """The ids of all runs that have a folder, the latest first."""
    folder = state / "runs"
    names = os.listdir(folder) if folder.is_dir() else []
    return sorted((name for name in names if ID.fullmatch(name)), reverse=True)


def journal_of(state: Path, identity: str) -> Path | None:
    """The journal of a run; None where there is none, or the id is no id."""
    path = state / "runs" / identity / "journal"
    return path if ID.fullmatch(identity) and path.is_file() else None


def summary(state: Path, identity: str) -> dict[str, Any] | None:
    """A run in short; None where nothing was recorded."""
    path = journal_of(state, identity)
    if path is None:
        return None
    found = path.stat()
    return _summary(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=4096)
def _summary(path: Path, size: int, changed: int) -> dict[str, Any] | None:
    try:
        records = list(read(path))
    except OSError:  # it is told when somebody asks for the run
        return None
    return shortly(path.parent.name, records) if records else None


def shortly(identity: str, records: list[Record]) -> dict[str, Any]:
    """A run in short. `outcome` is None while it has not ended."""
    first, last = records[0], records[-1]
    is_over = last["event"] == "finish"
    return {
        "id": identity,
        "flow": first["flow"],
        "at": first["at"],
        "trigger": first["trigger"],
        "partition": first.get("partition"),
        "params": first["params"],
        "parent": first.get("parent"),
        "began": first["time"],
        "ended": last["time"] if is_over else None,
        "outcome": last["outcome"] if is_over else None,
        "error": last.get("message") if is_over else None,
    }


def instances(records: list[Record]) -> list[dict[str, Any]]:
    """Each instance with its outcome and the times of its attempts, in the order in which they were first heard of."""
    found: dict[tuple[str, tuple[int, ...]], dict[str, Any]] = {}
    for record in records:
        if record["event"] not in ("start", "failure", "end"):
            continue
        key = (record["task"], tuple(record["index"]))
        one = found.setdefault(key, {"task": key[0], "index": list(key[1]), "outcome": None, "attempts": []})
        _take(one, record)
    return list(found.values())


def _take(one: dict[str, Any], record: Record) -> None:
    attempts: list[dict[str, Any]] = one["attempts"]
    if record["event"] == "start":
        one["outcome"] = None
        attempts.append({"number": record["attempt"], "start": record["time"], "end": None, "message": None})
        return
    if attempts and attempts[-1]["end"] is None:
        attempts[-1] |= {"end": record["time"], "message": record.get("message")}
    if record["event"] == "end":
        one |= {"outcome": record["outcome"], "message": record.get("message"), "value": record.get("value")}


def edges(flow: Flow) -> list[tuple[str, str]]:
    """Which task waits for which task or group."""
    return [(up.name, task.name) for task in flow.tasks for need in task.needs for up in need.upstreams]


def logs(folder: Path) -> list[dict[str, Any]]:
    """The files with what attempts have printed."""
    return [{"name": each.name, "size": each.stat().st_size} for each in sorted((folder / "logs").glob("*.log"))]


def log_piece(folder: Path, name: str, offset: int) -> tuple[str, int] | None:
    """A piece of a log and where the next begins; None where there is no such log."""
    if name not in {each["name"] for each in logs(folder)}:
        return None
    with (folder / "logs" / name).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(min(offset, size))
        piece = file.read(MOST_LOG)
        return piece.decode("utf-8", "replace"), min(offset, size) + len(piece)
