"""Run requests natively and on engines, each in a copy of the user's folder, and hand back their traces."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from flowc.verify.model import Answer, Engine, Request, Told

RUN_ID = "<run.id>"
"""What stands in a trace for the run's own id and those of its children: no two runs have the same."""

Watch = Callable[[str], AbstractContextManager[object]]

# What is the machine's and not the project's.
_LEFT = (".*", "__pycache__", "node_modules", "venv", "build", "dist", "*.pyc")


def verify(request: Request, engines: Mapping[str, Path], watch: Watch = nullcontext) -> list[Answer]:
    """The native answer first, then that of each engine; `engines` are their Pythons by the targets' names.

    One runs after the other, each inside of what `watch` gives for its name; without a native trace, none of them.
    """
    with tempfile.TemporaryDirectory(prefix="flowc-verify-") as folder:
        home = Path(folder)
        with watch("native"):
            answers = [natively(request, home / "native")]
        for name, python in engines.items() if answers[0].problem is None else ():
            with watch(name):
                answers.append(_told(name, python, request, home / name))
        return answers


def _told(name: str, python: Path, request: Request, home: Path) -> Answer:
    from flowc.target.contract import EngineError

    try:
        (answer,) = on_engine(name, python, [request], home)
    except (EngineError, OSError, subprocess.SubprocessError) as error:
        return Answer(name, problem=str(error))
    return answer


def natively(request: Request, folder: Path, executor: str = "processes", store: str | None = None) -> Answer:
    """Run in `folder`, which is made: a copy of the user's. What the runner keeps stays there, under `.flowc`.

    `executor` and `store` are as `flowc run` takes them.
    """
    from flowc.runtime import api
    from flowc.runtime.errors import UsageError
    from flowc.runtime.facts import broken, spans
    from flowc.runtime.journal import read

    shutil.copytree(request.root, folder, ignore=shutil.ignore_patterns(*_LEFT))
    flows = _flows(request)
    flow = flows[request.flow]
    with _environment(request.env):
        try:
            result = api.run(
                flow,
                dict(request.params),
                at=request.at,
                partition=request.partition,
                event=request.event,
                root=folder,
                flows=flows.values(),
                executor=executor,
                store=store,
            )
        except UsageError as error:
            return Answer("native", problem=str(error), is_refused=True)
    ids = [path.name for path in result.folder.parent.iterdir()]
    facts = broken(flow, spans(read(result.folder / "journal")))
    return Answer("native", _without_ids(result.trace, ids), broken=tuple(facts))


def on_engine(name: str, python: Path, requests: Sequence[Request], home: Path) -> list[Answer]:
    """Run all requests on the engine of a target, in one go; what they leave behind stays in `home`, which is made."""
    from flowc.target.registry import package_of, target

    engine = cast(Engine, import_module(f"{package_of(name)}.verify"))
    nests = target(name).nests
    home.mkdir(parents=True)
    stories = [
        engine.Story(
            each.name,
            each.nested if nests and each.nested else each.program,
            each.flow,
            each.params,
            _instant(each),
            each.env,
            _laying(each.root),
            event=each.event,
            partition=each.partition,
        )
        for each in requests
    ]
    answers = engine.run_many(stories, python=python, home=home)
    return [_answer(name, request, told) for request, told in zip(requests, answers, strict=True)]


def _flows(request: Request) -> Mapping[str, Any]:
    """The flows of a request as the native runner has them."""
    return import_module("flowc_targets.native.load").load(request.program)


def _answer(engine: str, request: Request, told: Told) -> Answer:
    from flowc.runtime.facts import broken

    if told.is_refused:
        return Answer(engine, problem=f"the run was refused: {told.record['error']}", is_refused=True)
    if told.problem is not None:
        return Answer(engine, problem=told.problem)
    ids = [str(run["run_id"]) for run in told.record["runs"]]
    facts = broken(_flows(request)[request.flow], told.spans) if told.spans else ()
    return Answer(engine, _without_ids(told.lines, ids), broken=tuple(facts))


def _laying(root: Path) -> Callable[[Path], None]:
    """Lays into a project, beside what was generated, all else that stands in the user's folder."""

    def lay(folder: Path) -> None:
        for file in root.rglob("*"):
            inside = file.relative_to(root)
            place = folder / inside
            is_left = any(fnmatch(part, pattern) for part in inside.parts for pattern in _LEFT)
            if file.is_file() and not place.exists() and not is_left:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, place)

    return lay


def _instant(request: Request) -> datetime | None:
    """The instant as an engine takes it: that of a window that is asked for; one without an offset is of the schedule's
    zone, as `run.date` is.
    """
    if request.at is None and request.partition is not None:
        from flowc.runtime.info import instant_of

        return instant_of(_flows(request)[request.flow], request.partition)
    if request.at is None or request.at.tzinfo is not None:
        return request.at
    return request.at.replace(tzinfo=ZoneInfo(request.program.graph(request.flow).zone))


def _without_ids(lines: Iterable[str], ids: Iterable[str]) -> tuple[str, ...]:
    found = "\n".join(lines)
    for each in sorted(ids, key=len, reverse=True):
        found = found.replace(each, RUN_ID)
    return tuple(found.split("\n"))


@contextmanager
def _environment(env: Mapping[str, str]) -> Generator[None]:
    """Variables that the native runner and its workers see meanwhile."""
    before = {name: os.environ.get(name) for name in env}
    os.environ.update(env)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
