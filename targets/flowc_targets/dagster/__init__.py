"""Dagster 1.13: a project of jobs made of ops, and a small support package where Dagster has no word for a rule."""

from __future__ import annotations

from flowc.target.contract import Target
from flowc_targets.dagster.capabilities import CAPABILITIES, exception
from flowc_targets.dagster.lower import lower
from flowc_targets.dagster.render import render
from flowc_targets.dagster.versions import VERSIONS
from flowc_targets.project.given import with_given
from flowc_targets.project.words import text_word

WORDS = (text_word("image", "the image of a run's or an op's pod, for Kubernetes", "flow", "task"),)

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
        "Group.doc": "stands with the group in the source: ops have a prefix, and no group",
        "Group.scope": "its tasks stand there themselves",
        "Node.several": "several outputs are a record, by their type",
        "Graph.several": "several outputs are a record, by their type",
        "Graph.schemas": "types are written in full where they are used",
        "Graph.zone": "each schedule bears its own; without one, only dates of runs ask for it",
        "Graph.sla": "read where `on late` stands, which alone tells of it",
        "Graph.overlap": "runs wait in the queue; anything else is refused",
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
