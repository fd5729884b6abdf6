"""Flows run on a real Prefect, for `flowc verify` and the conformance stories: from programs to traces.

    results = run_many([Story("a", program, "orders_etl", {"region": "eu"}, at)], python=..., home=...)

One process of Prefect and one server serve all stories of a call: give many at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import field, frozen

from flowc.emit.format import format_tree
from flowc.emit.write import write
from flowc.ir.graph import Graph, Program
from flowc.runtime import types
from flowc.runtime.facts import Span
from flowc.runtime.texts import plain
from flowc.target.code import identifier
from flowc.target.types import spelled
from flowc_targets.prefect import engine
from flowc_targets.prefect.flow import flow_name
from flowc_targets.prefect.lower import lower
from flowc_targets.prefect.model import Project
from flowc_targets.prefect.render import render
from flowc_targets.prefect.trace import TraceError, spans, trace
from flowc_targets.project.due import due as instants_of


@frozen
class Story:
    """One run of one flow. `params` are Python values or JSON; `prepare` is called with the project's folder first."""

    name: str
    program: Program
    flow: str
    params: Mapping[str, Any] = field(factory=dict[str, Any])
    at: datetime | None = None
    env: Mapping[str, str] = field(factory=dict[str, str])
    prepare: Callable[[Path], None] | None = None
    timeout: float = 120.0
    resumes: int = 0
    """How often it is resumed from failure."""


@frozen
class Result:
    """What came of a story: the trace, or why there is none. `record` is what Prefect said, all runs of it."""

    name: str
    lines: tuple[str, ...]
    problem: str | None
    record: Mapping[str, Any]
    spans: tuple[Span, ...] = ()
    """The attempts with their times."""

    @property
    def is_refused(self) -> bool:
        """Whether Prefect refused to start the run, because of its params."""
        return self.record["status"] == "refused"


def run_many(
    stories: Sequence[Story], *, python: Path, home: Path, workers: int = 2, timeout: float = 1800.0
) -> list[Result]:
    """Write each story's project under `home`, run all of them in one process of Prefect, and read their traces."""
    projects = [lower(story.program) for story in stories]
    jobs = [
        _job(story, project, home / "projects" / str(n))
        for n, (story, project) in enumerate(zip(stories, projects, strict=True))
    ]
    records = engine.run(jobs, python=python, home=home, workers=workers, timeout=timeout)
    return [_result(*each) for each in zip(stories, projects, records, strict=True)]


def _job(story: Story, project: Project, folder: Path) -> engine.Job:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write(format_tree(render(project)), folder)
    if story.prepare:
        story.prepare(folder)
    traced = project.traced[story.flow]
    return engine.Job(
        id=story.name,
        project=folder,
        entrypoint=traced.entrypoint,
        parameters=_parameters(story.program.graph(story.flow), story.params),
        at=story.at.isoformat() if story.at else None,
        env=story.env,
        pools={need.name: int(need.detail) for need in project.needs if need.kind == "pool"},
        types={task.id: task.value for task in traced.tasks if task.value is not None},
        timeout=story.timeout,
        resumes=story.resumes,
    )


def _parameters(graph: Graph, params: Mapping[str, Any]) -> dict[str, Any]:
    """Params as the JSON that a request to Prefect holds; what is of no such type stays, to be refused."""
    kinds = {param.name: types.read(spelled(param.type)) for param in graph.params}
    return {identifier(name): plain(value, kinds.get(name)) for name, value in params.items()}


def _result(story: Story, project: Project, record: engine.Record) -> Result:
    if record["status"] != "finished":
        problem = None if record["status"] == "refused" else f"{record['status']}: {record['error']}"
        return Result(story.name, (), problem, record)
    try:
        run, flow = record["runs"][0], project.traced[story.flow]
        lines, found = trace(run, flow), spans(run, flow)
    except TraceError as error:
        return Result(story.name, (), str(error), record)
    return Result(story.name, tuple(lines), None, record, tuple(found))


def due(
    program: Program, asked: Mapping[str, tuple[datetime, datetime]], *, python: Path, home: Path
) -> dict[str, list[datetime]]:
    """When flows are due by Prefect's own schedules: from the first to the second instant, both in. Raises DueError."""
    names = {name: flow_name(program.graph(name)) for name in asked}
    found = instants_of(
        render(lower(program)),
        {names[name]: edges for name, edges in asked.items()},
        script=engine.INSIDE / "firings.py",
        python=python,
        home=home,
        env=engine.environment(home),
    )
    return {name: found[names[name]] for name in asked}
