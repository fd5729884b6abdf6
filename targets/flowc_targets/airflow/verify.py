"""Flows run on a real Airflow, for `flowc verify` and the conformance stories: from programs to traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flowc.runtime.facts import Span
from flowc_targets.airflow import TARGET, engine
from flowc_targets.airflow.dag import dag_id
from flowc_targets.airflow.model import Project, TracedFlow
from flowc_targets.airflow.trace import spans, trace
from flowc_targets.engines.stories import Bench, Story

__all__ = ["Story", "due", "run_many"]


def _resumed(flow: TracedFlow) -> Mapping[str, Any]:
    results = {task.id: task.result for task in flow.tasks if task.result}
    return {"dag_id": flow.dag_id, "results": results, "inner": flow.inner}


def _job(story: Story, project: Project, folder: Path) -> engine.Job:
    traced = project.traced[story.flow]
    return engine.Job(
        id=story.name,
        project=folder,
        dag_id=dag_id(story.graph),
        conf=story.values(),
        logical_date=story.at.isoformat() if story.at else None,
        env=story.env,
        pools={need.name: int(need.detail) for need in project.needs if need.kind == "pool"},
        timeout=story.timeout,
        resumes=story.resumes,
        resumed=[_resumed(each) for each in (*traced.parts, traced)],
    )


def _read(story: Story, project: Project, runs: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[Span]]:
    flow = project.traced[story.flow]
    return trace(runs[0], flow, runs), spans(runs[0], flow)


_BENCH = Bench(engine=engine, target=TARGET, called=dag_id, job=_job, read=_read)
run_many, due = _BENCH.run_many, _BENCH.due
