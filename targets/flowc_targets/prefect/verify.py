"""Flows run on a real Prefect, for `flowc verify` and the conformance stories: from programs to traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flowc.runtime.facts import Span
from flowc_targets.engines.stories import Bench, Story
from flowc_targets.prefect import TARGET, engine
from flowc_targets.prefect.flow import flow_name
from flowc_targets.prefect.model import Project, TracedFlow
from flowc_targets.prefect.names import param_name
from flowc_targets.prefect.trace import spans, trace

__all__ = ["Story", "due", "run_many"]


def _types(flow: TracedFlow) -> Mapping[str, str]:
    return {task.id: task.value for task in flow.tasks if task.value is not None}


def _job(story: Story, project: Project, folder: Path) -> engine.Job:
    traced = project.traced[story.flow]
    return engine.Job(
        id=story.name,
        project=folder,
        entrypoint=traced.entrypoint,
        parameters=story.values(param_name),
        at=story.at.isoformat() if story.at else None,
        env=story.env,
        pools={need.name: int(need.detail) for need in project.needs if need.kind == "pool"},
        types=_types(traced),
        parts={part.name: _types(part) for part in traced.parts},
        timeout=story.timeout,
        resumes=story.resumes,
    )


def _read(story: Story, project: Project, runs: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[Span]]:
    run, flow = runs[0], project.traced[story.flow]
    return trace(run, flow, runs), spans(run, flow)


_BENCH = Bench(engine=engine, target=TARGET, called=flow_name, job=_job, read=_read)
run_many, due = _BENCH.run_many, _BENCH.due
