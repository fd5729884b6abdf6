"""Flows run on a real Airflow, for `flowc verify` and the conformance stories: from programs to traces.

    results = run_many([Story("a", program, "orders_etl", {"region": "eu"}, at)], python=..., home=...)

One process of Airflow serves all stories of a call: give many at once.
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
from flowc.target.types import spelled
from flowc_targets.airflow import engine
from flowc_targets.airflow.dag import dag_id
from flowc_targets.airflow.lower import lower
from flowc_targets.airflow.model import Project
from flowc_targets.airflow.render import render
from flowc_targets.airflow.trace import spans, trace
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
    """What came of a story: the trace, or why there is none. `record` is what Airflow said, all runs of it."""

    name: str
    lines: tuple[str, ...]
    problem: str | None
    record: Mapping[str, Any]
    spans: tuple[Span, ...] = ()
    """The attempts with their times."""

    @property
    def is_refused(self) -> bool:
        """Whether Airflow refused to start the run, because of its params."""
        return self.record["status"] == "refused"


def run(
    program: Program,
    flow: str,
    params: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    *,
    python: Path,
    home: Path,
    env: Mapping[str, str] | None = None,
    prepare: Callable[[Path], None] | None = None,
) -> list[str]:
    """The trace of one run; EngineError where Airflow could not tell."""
    (result,) = run_many([Story("run", program, flow, params or {}, at, env or {}, prepare)], python=python, home=home)
    if result.problem is not None:
        raise engine.EngineError(result.problem)
    return list(result.lines)


def run_many(
    stories: Sequence[Story], *, python: Path, home: Path, workers: int = 2, timeout: float = 1800.0
) -> list[Result]:
    """Write each story's project under `home`, run all of them in one process of Airflow, and read their traces."""
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
    graph = story.program.graph(story.flow)
    return engine.Job(
        id=story.name,
        project=folder,
        dag_id=dag_id(graph),
        conf=_conf(graph, story.params),
        logical_date=story.at.isoformat() if story.at else None,
        env=story.env,
        pools={need.name: int(need.detail) for need in project.needs if need.kind == "pool"},
        timeout=story.timeout,
        resumes=story.resumes,
        results={task.id: task.result for task in project.traced[story.flow].tasks if task.result},
    )


def _conf(graph: Graph, params: Mapping[str, Any]) -> dict[str, Any]:
    """Params as the JSON that a request to Airflow holds; what is of no such type stays, to be refused."""
    kinds = {param.name: types.read(spelled(param.type)) for param in graph.params}
    return {name: plain(value, kinds.get(name)) for name, value in params.items()}


def _result(story: Story, project: Project, record: engine.Record) -> Result:
    if record["status"] != "finished":
        problem = None if record["status"] == "refused" else f"{record['status']}: {record['error']}"
        return Result(story.name, (), problem, record)
    runs = record["runs"]
    flow = project.traced[story.flow]
    return Result(story.name, tuple(trace(runs[0], flow, runs)), None, record, tuple(spans(runs[0], flow)))


def due(
    program: Program, asked: Mapping[str, tuple[datetime, datetime]], *, python: Path, home: Path
) -> dict[str, list[datetime]]:
    """When flows are due by Airflow's own timetables: from one instant to another, both in. Raises DueError."""
    names = {name: dag_id(program.graph(name)) for name in asked}
    found = instants_of(
        render(lower(program)),
        {names[name]: edges for name, edges in asked.items()},
        script=engine.INSIDE / "firings.py",
        python=python,
        home=home,
        env=engine.environment(home),
    )
    return {name: found[names[name]] for name in asked}
