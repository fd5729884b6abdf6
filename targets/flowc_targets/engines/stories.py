"""Stories, each a run of a flow, told by a real engine: from programs to projects, and from records to traces.

    results = bench.run_many([Story("a", program, "orders_etl", {"region": "eu"}, at)], python=..., home=...)

One process of the engine serves all stories of a call: give many at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from attrs import field, frozen

from flowc.emit.format import format_tree
from flowc.emit.write import write
from flowc.ir.graph import Graph, Program
from flowc.runtime import types
from flowc.runtime.facts import Span
from flowc.runtime.texts import plain
from flowc.target.build import lower
from flowc.target.contract import Target
from flowc.target.types import spelled
from flowc_targets.engines.due import due
from flowc_targets.engines.process import Record
from flowc_targets.project.given import given_values, with_given

ProjectT = TypeVar("ProjectT")
StoryT = TypeVar("StoryT", bound="Story")
JobT = TypeVar("JobT")
GivenT = TypeVar("GivenT", contravariant=True)


class TraceError(Exception):
    """The records do not tell a whole run: a task that never ended, one that nobody knows."""


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
    timeout: float = 180.0
    resumes: int = 0
    """How often it is resumed from failure."""
    event: Any = None
    partition: str | None = None

    @property
    def graph(self) -> Graph:
        """The graph of its flow, as the target takes it."""
        return with_given(self.program).graph(self.flow)

    def values(self, named: Callable[[str], str] = str) -> dict[str, Any]:
        """Params as the JSON that a request to an engine holds; what is of no such type stays, to be refused."""
        kinds = {param.name: types.read(spelled(param.type)) for param in self.graph.params}
        params = {**self.params, **given_values(self.graph, event=self.event, partition=self.partition)}
        return {named(name): plain(value, kinds.get(name)) for name, value in params.items()}


@frozen
class Result:
    """What came of a story: the lines of its trace, or what went wrong. `record` is the engine's own of all runs."""

    name: str
    lines: tuple[str, ...]
    problem: str | None
    record: Mapping[str, Any]
    spans: tuple[Span, ...] = ()
    """The attempts with their times."""

    @property
    def is_refused(self) -> bool:
        """Whether the engine refused to start the run, because of its params."""
        return self.record["status"] == "refused"


class Engine(Protocol[GivenT]):
    """The room `engine` of a target."""

    @property
    def INSIDE(self) -> Path:  # noqa: N802 - a constant of the room's
        """The folder that knows the engine."""
        ...

    def environment(self, home: Path) -> dict[str, str]:
        """The variables of a process of the engine, which keeps all that it keeps in `home`."""
        ...

    def run(self, jobs: Sequence[GivenT], *, python: Path, home: Path, workers: int, timeout: float) -> list[Record]:
        """A record for each job."""
        ...


@frozen
class Bench(Generic[ProjectT, StoryT, JobT]):
    """What a target brings so that flows can be run on its engine."""

    engine: Engine[JobT]
    target: Target[ProjectT]
    called: Callable[[Graph], str]
    """What the engine calls a flow that it fires."""
    job: Callable[[StoryT, ProjectT, Path], JobT]
    """The run of a story; its project lies in the folder."""
    read: Callable[[StoryT, ProjectT, Sequence[Mapping[str, Any]]], tuple[Sequence[str], Sequence[Span]]]
    """The trace and the attempts of a story, from its runs' records. Raises TraceError."""

    def run_many(
        self, stories: Sequence[StoryT], *, python: Path, home: Path, workers: int = 2, timeout: float = 1800.0
    ) -> list[Result]:
        """Write each story's project under `home`, run all of them in one process, and read their traces."""
        projects = [lower(self.target, story.program) for story in stories]
        jobs = [
            self.job(story, project, self._laid(story, project, home / "projects" / str(n)))
            for n, (story, project) in enumerate(zip(stories, projects, strict=True))
        ]
        # an engine that is given no jobs need not be started
        records = self.engine.run(jobs, python=python, home=home, workers=workers, timeout=timeout) if jobs else []
        return [self._result(*each) for each in zip(stories, projects, records, strict=True)]

    def due(
        self, program: Program, asked: Mapping[str, tuple[datetime, datetime]], *, python: Path, home: Path
    ) -> dict[str, list[datetime]]:
        """When flows are due by the engine's own schedules: from one instant to another, both in. Raises DueError."""
        names = {name: self.called(program.graph(name)) for name in asked}
        found = due(
            self.target.render(lower(self.target, program)),
            {names[name]: edges for name, edges in asked.items()},
            script=self.engine.INSIDE / "firings.py",
            python=python,
            home=home,
            env=self.engine.environment(home),
        )
        return {name: found[names[name]] for name in asked}

    def _laid(self, story: StoryT, project: ProjectT, folder: Path) -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write(format_tree(self.target.render(project)), folder)
        if story.prepare:
            story.prepare(folder)
        return folder

    def _result(self, story: StoryT, project: ProjectT, record: Record) -> Result:
        if record["status"] != "finished":
            problem = None if record["status"] == "refused" else f"{record['status']}: {record['error']}"
            return Result(story.name, (), problem, record)
        try:
            lines, spans = self.read(story, project, record["runs"])
        except TraceError as error:
            return Result(story.name, (), str(error), record)
        return Result(story.name, tuple(lines), None, record, tuple(spans))
