"""Run a request natively and on engines, each in a copy of the user's folder, and hand back their traces."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flowc.verify.model import Answer, Request

# What is the machine's and not the project's.
_LEFT = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "venv", "build", "dist", "*.pyc")


def verify(request: Request, engines: Mapping[str, Path]) -> list[Answer]:
    """The native answer first, then that of each engine; `engines` are their Pythons by the targets' names."""
    with tempfile.TemporaryDirectory(prefix="flowc-verify-") as folder:
        home = Path(folder)
        answers = [_native(request, home / "native")]
        for name, python in engines.items():
            answers.append(_engine(name, python, request, home / name))
        return answers


def _native(request: Request, folder: Path) -> Answer:
    from flowc.runtime import api
    from flowc.runtime.errors import UsageError

    shutil.copytree(request.root, folder, ignore=_LEFT)
    flows: Mapping[str, Any] = import_module("flowc_targets.native.load").load(request.program)
    flow = flows[request.flow]
    try:
        result = api.run(flow, dict(request.params), at=request.at, root=folder, flows=flows.values())
    except UsageError as error:
        return Answer("native", problem=str(error))
    return Answer("native", tuple(line.replace(result.id, "<run.id>") for line in result.trace))


def _engine(name: str, python: Path, request: Request, home: Path) -> Answer:
    room = import_module(f"flowc_targets.{name}.verify")

    def prepare(folder: Path) -> None:
        """Beside what was generated, all else that stands in the user's folder."""
        for file in request.root.rglob("*"):
            place = folder / file.relative_to(request.root)
            inside = file.relative_to(request.root).parts
            if file.is_file() and not place.exists() and not any(_is_left(part) for part in inside):
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, place)

    home.mkdir(parents=True)
    story = room.Story("verify", request.program, request.flow, request.params, _instant(request), {}, prepare)
    (result,) = room.run_many([story], python=python, home=home)
    if result.problem is not None:
        return Answer(name, problem=result.problem)
    if result.is_refused:
        return Answer(name, problem=f"the engine refused to start the run: {result.record['error']}")
    ids = [str(run["run_id"]) for run in result.record["runs"]]
    return Answer(name, tuple(_without_ids(line, ids) for line in result.lines))


def _instant(request: Request) -> datetime | None:
    """The instant as an engine takes it: one without an offset is of the schedule's zone, as `run.date` is."""
    if request.at is None or request.at.tzinfo is not None:
        return request.at
    return request.at.replace(tzinfo=ZoneInfo(request.program.graph(request.flow).zone))


def _without_ids(line: str, ids: list[str]) -> str:
    for id_ in ids:
        line = line.replace(id_, "<run.id>")
    return line


def _is_left(part: str) -> bool:
    return part.startswith(".") or part in ("__pycache__", "node_modules", "venv", "build", "dist")
