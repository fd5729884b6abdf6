"""Flows run on a real Dagster, for `flowc verify` and the conformance stories: from programs to traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from attrs import frozen

from flowc.runtime.facts import Span
from flowc_targets.dagster import TARGET, engine
from flowc_targets.dagster.model import Project
from flowc_targets.dagster.names import field
from flowc_targets.dagster.options import job_name
from flowc_targets.dagster.trace import resumed, spans, trace
from flowc_targets.engines import stories

__all__ = ["Story", "due", "run_many"]


@frozen
class Story(stories.Story):
    """One run of one flow, and by which executor (see `engine.Job`)."""

    executor: Literal["fork", "spawn", "in_process"] = "fork"


def _job(story: Story, project: Project, folder: Path) -> engine.Job:
    return engine.Job(
        id=story.name,
        project=folder,
        package=project.package,
        job=job_name(story.graph),
        params=story.values(field),
        tags={"run/at": story.at.isoformat()} if story.at else {},
        env=story.env,
        pools={need.name: int(need.detail) for need in project.needs if need.kind == "pool"},
        executor=story.executor,
        timeout=story.timeout,
        resumes=story.resumes,
    )


def _read(story: Story, project: Project, runs: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[Span]]:
    flow = project.traced[story.flow]
    run = resumed(runs[: story.resumes + 1], flow)
    return trace(run, flow), spans(run, flow)


_BENCH = stories.Bench(engine=engine, target=TARGET, called=job_name, job=_job, read=_read)
run_many, due = _BENCH.run_many, _BENCH.due
