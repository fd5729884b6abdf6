"""The native target: a project that runs with Python's standard library alone, on the runner that is the reference."""

from __future__ import annotations

from flowc.target.contract import Target
from flowc_targets.native.capabilities import CAPABILITIES
from flowc_targets.native.load import load
from flowc_targets.native.lower import lower
from flowc_targets.native.model import NativeProject
from flowc_targets.native.render import render

__all__ = ["TARGET", "load"]

TARGET: Target[NativeProject] = Target(
    name="native",
    engine="the native runner",
    versions="Python 3.10 up",
    capabilities=CAPABILITIES,
    lower=lower,
    render=render,
    disregards={
        "Node.windows": "which partitions a task reads, its own text says; `after` orders it",
        "Node.fallback_of": "the task names its fallback",
        "Node.renamed_from": "its history is that of its run, which runs it again where it goes on under a new name",
        "Group.renamed_from": "as for tasks",
        "Graph.assets": "how old they may be is told, and where one is a value; elsewhere its name is enough",
        "Graph.schemas": "types are written out in full",
        "Write.mode": "how a task writes is its own matter",
        "Graph.part_of": "the task that runs a part says so; a part has no run without it",
        "OfPart.can_skip": "what became of the task is read from its part's own run",
        "Node.several": "several outputs are a record to the runner",
        "Graph.several": "several outputs are a record to the runner",
        "Loop.item": "an element is known by its loop",
        "Loop.keys": "a key is known by its loop",
    },
)
