"""The packages that a project needs to look for files of other machines, by the schemes of what it waits for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowc.ir.actions import WaitFile
from flowc.ir.expr import Lit, Text
from flowc.ir.graph import Graph, Node, Program
from flowc.ir.reads import leaves
from flowc.ir.triggers import On, OnFile, events_of

PACKAGES = {
    "s3": "s3fs>=2024.6",
    "gs": "gcsfs>=2024.6",
    "gcs": "gcsfs>=2024.6",
    "az": "adlfs>=2024.7",
    "abfs": "adlfs>=2024.7",
    "abfss": "adlfs>=2024.7",
}
"""All of them bring fsspec; so do the others, whose names fsspec tells where they lack."""


def stores(program: Program) -> set[str]:
    """What its waits and its events need. A scheme that only a param has is its user's to see to."""
    texts = (text for graph in program.graphs for text in _texts(graph))
    schemes = {found[1] for text in texts if (found := re.match(r"([a-z][a-z0-9+.-]*)://", text))}
    return {PACKAGES.get(scheme, "fsspec>=2024.6") for scheme in schemes}


def _texts(graph: Graph) -> Iterator[str]:
    heard = (event for line in graph.triggers if isinstance(line, On) for event in events_of(line.event))
    yield from (event.pattern for event in heard if isinstance(event, OnFile))
    for node in graph.nodes:
        yield from _waited(node)


def _waited(node: Node) -> Iterator[str]:
    if not isinstance(node.action, WaitFile):
        return
    for leaf in leaves(node.action):
        if isinstance(leaf, Lit) and isinstance(leaf.value, str):
            yield leaf.value
        elif isinstance(leaf, Text) and leaf.parts and isinstance(leaf.parts[0], str):
            yield leaf.parts[0]
