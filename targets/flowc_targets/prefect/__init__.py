"""Prefect 3: a project of flows and tasks, with its deployments, and a small support package beside them."""

from __future__ import annotations

from flowc.target.contract import Target
from flowc_targets.prefect.capabilities import CAPABILITIES, between, exception, unheard
from flowc_targets.prefect.lower import lower
from flowc_targets.prefect.render import render
from flowc_targets.prefect.versions import VERSIONS
from flowc_targets.project.given import with_given
from flowc_targets.project.words import text_word

WORDS = (
    text_word("work_pool", "the work pool of the deployment, where it is not `default`", "flow"),
    text_word("image", "the image that runs are started in, for work pools that hear it", "flow"),
)

TARGET = Target(
    name="prefect",
    engine="Prefect",
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
    disregards={
        "Graph.event": "the param that takes the event has its type",
        "OnWebhook.body": "the param that takes the event has its type",
        "OnWebhook.path": "what is posted goes to Prefect's own API, under the deployment's name",
        "OfPart.can_skip": "asked by the analysis of what can be skipped",
        "Asset.partition": "a task's window, which its own text says, tells what it reads and writes of it",
        "Node.windows": "which partitions a task reads, its own text says; `after` orders it",
        "Cron.catchup": "Prefect has no word for it; capabilities say what it does",
        "Every.catchup": "Prefect has no word for it; capabilities say what it does",
        "Loop.item": "a parameter's name where the element is read",
        "Loop.keys": "a parameter's name where the key is read",
        "Loop.limit": "read with the loop",
        "Group.name": "its tasks bear it in their own",
        "Group.scope": "its tasks bear their own",
        "Group.members": "read where the group is waited for",
        "Node.several": "several outputs are a record, by their type",
        "Graph.several": "several outputs are a record, by their type",
        "Graph.schemas": "types are written in full where they are used",
        "Graph.zone": "each schedule bears its own; without one, only dates of runs ask for it",
        "Graph.sla": "read where `on late` stands, which alone tells of it",
        "Node.priority": "tells where a pool or a lock is waited for",
        "Asset.name": "read where a task names it",
        "Asset.type": "read where a task names it",
        "Asset.connection": "read where a task names it",
        "Asset.locator": "read where a task names it",
        "Asset.owner": "stands with the asset where a task writes it",
        "Asset.tags": "Prefect keeps no tags of an asset",
        "Asset.renamed_from": "no id of an asset outlives its runs here",
        "Asset.doc": "stands with the asset where a task writes it",
        "Write.mode": "how a task writes is its own matter",
        "Pool.slots": "read for pools that tasks use",
    },
)
