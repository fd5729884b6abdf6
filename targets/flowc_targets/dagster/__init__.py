"""Dagster 1.13: a project of jobs made of ops, and a small support package where Dagster has no word for a rule."""

from __future__ import annotations

from flowc.target.contract import Target
from flowc_targets.dagster.capabilities import CAPABILITIES, between, exception, unheard
from flowc_targets.dagster.lower import lower
from flowc_targets.dagster.options import executor_word
from flowc_targets.dagster.render import render
from flowc_targets.dagster.versions import VERSIONS
from flowc_targets.project.given import with_given
from flowc_targets.project.words import text_word

WORDS = (
    executor_word("executor", "what runs the ops, by module and name: `dagster_k8s:k8s_job_executor`"),
    text_word("image", "the image of a run's or an op's pod, for Kubernetes", "flow", "task"),
)

TARGET = Target(
    name="dagster",
    engine="Dagster",
    versions=str(VERSIONS),
    supported=VERSIONS,
    capabilities=CAPABILITIES,
    lower=lower,
    prepare=with_given,
    render=render,
    exception=exception,
    between=between,
    unheard=unheard,
    words=WORDS,
    most_tasks=250,
    nests=True,
    disregards={
        "Graph.event": "the param that takes the event has its type",
        "OnWebhook.body": "the param that takes the event has its type",
        "Asset.partition": "a task's window, which its own text says, tells what it reads and writes of it",
        "Node.windows": "which partitions a task reads, its own text says; `after` orders it",
        "InArm.arm": "read where a decision is waited for; what requires a task of the arm is skipped with that",
        "InArm.decision": "read where a decision is waited for; what requires a task of the arm is skipped with that",
        "Loop.keys": "whoever reads it names the loop and the role",
        "Group.scope": "its tasks stand there themselves",
        "Node.several": "several outputs are a record, by their type",
        "Graph.several": "several outputs are a record, by their type",
        "Graph.schemas": "types are written in full where they are used",
        "Graph.zone": "each schedule bears its own; without one, only dates of runs ask for it",
        "Graph.sla": "read where `on late` stands, which alone tells of it",
        "Graph.overlap": "read where a run begins; `queue` is what Dagster's own queue does",
        "Asset.name": "read where a task names it",
        "Asset.type": "read where a task names it",
        "Asset.connection": "read where a task names it",
        "Asset.locator": "read where a task names it",
        "Asset.owner": "read where a task names it",
        "Asset.tags": "read where a task names it",
        "Asset.doc": "read where a task names it",
        "Asset.renamed_from": "no id of an asset outlives its runs here",
        "Write.mode": "how a task writes is its own matter",
        "Pool.slots": "read for pools that tasks use",
        "WaitTime.poll": "a wait for a time knows how long it is",
    },
)
