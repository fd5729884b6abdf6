"""A run as one page, which needs nothing but a browser: graph, grid, times, critical path, attempts and logs."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from flowc.history import PAGE
from flowc.history.critical import critical_path
from flowc.history.drawing import places
from flowc.history.whole import Whole, whole

MOST_LOG = 1 << 14
"""Bytes of the end of a log that are shown."""
MOST_LOGS = 1 << 22
"""Bytes of all logs that are shown: those of attempts that failed come first."""


def page(folder: Path) -> str:
    """The page, as HTML, of the run whose records are in a folder."""
    run = whole(folder)
    title = f"{run.head['flow']} {run.head['id']}"
    parts = {
        "TITLE": escape(title),
        "STYLE": _part("look.css") + _part("run.css"),
        "DATA": json.dumps(told(run), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        "SCRIPT": _part("look.js") + _part("run.js"),
    }
    pieces = _part("run.html").split("$")
    return "".join(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def told(run: Whole) -> dict[str, Any]:
    """What the page is told, as JSON."""
    handlers = {task["name"] for task in run.tasks if task["phase"] != "main"}
    steps = critical_path(run.instances, run.needs, handlers, run.head["began"])
    drawn = places(run.needs, handlers)
    return {
        "run": {
            **run.head,
            "by": run.first.get("by"),
            "source": run.first.get("source"),
            "digest": run.first.get("digest"),
        },
        "instances": run.instances,
        "tasks": [{**task, "place": drawn[task["name"]], "needs": run.needs[task["name"]]} for task in run.tasks],
        "path": [{"label": step.instance["label"], "waited": step.waited, "took": step.took} for step in steps],
        "logs": _logs(run),
    }


def _logs(run: Whole) -> list[dict[str, Any]]:
    """The ends of the logs, as far as there is room: of what went wrong first."""
    wrong = {one["label"] for one in run.instances if one["outcome"] in ("failed", "recovered")}
    ordered = sorted(run.logs, key=lambda each: _label(each[1]["name"]) not in wrong)
    left = MOST_LOGS
    found: list[dict[str, Any]] = []
    for folder, log in ordered:
        size = min(log["size"], MOST_LOG, left)
        left -= size
        text = _end(folder / "logs" / log["name"], size)
        found.append({"name": log["name"], "of": _label(log["name"]), "size": log["size"], "shown": size, "text": text})
    return found


def _label(name: str) -> str:
    """Of which instance a log is: `score[3].2.log` is one of `score[3]`."""
    return name.rsplit(".", 2)[0]


def _end(path: Path, size: int) -> str:
    with path.open("rb") as file:
        file.seek(-size, 2)
        return file.read(size).decode("utf-8", "replace")


def _part(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")
