"""Airflow 3: a project of DAGs that the task SDK's decorators make, and a small support package beside them."""

from __future__ import annotations

from flowc.target.contract import Target
from flowc_targets.airflow.capabilities import CAPABILITIES, exception, unheard
from flowc_targets.airflow.lower import lower
from flowc_targets.airflow.render import render
from flowc_targets.airflow.versions import VERSIONS
from flowc_targets.airflow.words import WORDS
from flowc_targets.project.given import with_given

TARGET = Target(
    name="airflow",
    engine="Airflow",
    versions=str(VERSIONS),
    supported=VERSIONS,
    capabilities=CAPABILITIES,
    lower=lower,
    prepare=with_given,
    render=render,
    exception=exception,
    unheard=unheard,
    words=WORDS,
    most_tasks=1_000,
    disregards={
        "Graph.event": "the param that takes the event has its type",
        "OnWebhook.body": "the param that takes the event has its type",
        "OnWebhook.path": "what is posted goes to Airflow's own API, under the DAG's id",
        "Asset.partition": "a task's window, which its own text says, tells what it reads and writes of it",
        "Node.windows": "which partitions a task reads, its own text says; `after` orders it",
        "Cron.catchup": "shared by all schedules of a flow, and read on the first",
        "Every.catchup": "shared by all schedules of a flow, and read on the first",
        "Cron.start": "a DAG has one: of the schedules that begin, the first",
        "Cron.end": "a DAG has one: of the schedules that end, the last",
        "Every.start": "a DAG has one: of the schedules that begin, the first",
        "Every.end": "a DAG has one: of the schedules that end, the last",
        "InArm.arm": "read where a decision is waited for; what requires a task of the arm is skipped with that",
        "InArm.decision": "read where a decision is waited for; what requires a task of the arm is skipped with that",
        "OfPart.can_skip": "asked by the analysis of what can be skipped",
        "Group.scope": "read where the group's tasks stand together",
        "Loop.keys": "whoever reads it names the loop and the role",
        "Node.several": "several outputs are a record, by their type",
        "Graph.several": "several outputs are a record, by their type",
        "Graph.schemas": "types are written in full where they are used",
        "Graph.zone": "each schedule bears its own; without one, only dates of runs ask for it",
        "Graph.sla": "read where `on late` stands, which alone tells of it",
        "Asset.name": "read where a task names it",
        "Asset.type": "read where a task names it",
        "Asset.connection": "read where a task names it",
        "Asset.locator": "read where a task names it",
        "Asset.owner": "Airflow keeps no owner of an asset",
        "Asset.tags": "Airflow keeps no tags of an asset",
        "Asset.renamed_from": "no id of an asset outlives its runs here",
        "Asset.doc": "stands with the asset in the source",
        "WaitApproval.poll": "Airflow wakes the task when it is answered",
        "Write.mode": "how a task writes is its own matter",
        "Pool.slots": "read for pools that tasks use",
    },
)
