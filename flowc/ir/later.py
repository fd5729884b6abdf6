"""Uses of what no target of this release can say: checked like everything else, and refused at its place."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.ir.actions import Unbuilt
from flowc.ir.expr import Call
from flowc.ir.features import Feature, Use
from flowc.ir.graph import Graph, Node
from flowc.ir.reads import leaves
from flowc.ir.types import ListOf, MapOf, Optional, Record, Table, Type

_KINDS = {
    "container": Feature.later_container,
    "dbt": Feature.later_dbt,
    "sqlmesh": Feature.later_dbt,
    "dataform": Feature.later_dbt,
    "spark": Feature.later_spark,
}
_CALLS = ("rows", "unique")
_ERRORS = ("oom", "preempted")


def later_uses(graph: Graph) -> Iterator[Use]:
    """Each use with the user's word for it: at its place, or, in a graph that tells none, at the task it stands on."""
    if graph.later:
        yield from (Use(_feature_of(each.word), None, each.at, each.word) for each in graph.later)
        return
    for asset in graph.assets:
        for word in asset.unbuilt:
            yield Use(_feature_of(word), None, asset.at, word)
        for word in _sources(asset.type):
            yield Use(Feature.later_other, None, asset.at, word)
    for parameter in graph.params:
        for word in _sources(parameter.type):
            yield Use(Feature.later_other, None, graph.at, word)
    for node in graph.nodes:
        yield from _of_node(node, graph)


def _of_node(node: Node, graph: Graph) -> Iterator[Use]:
    match node.action:
        case Unbuilt(kind=kind):
            yield Use(_KINDS.get(kind.split(" ", maxsplit=1)[0], Feature.later_other), node.name, node.at, kind)
        case _:
            pass
    for word in (*node.unbuilt, *_sources(node.output)):
        yield Use(_feature_of(word), node.name, node.at, word)
    for leaf in leaves(node):
        if isinstance(leaf, Call) and leaf.function in _CALLS:
            yield Use(Feature.later_other, node.name, leaf.at or node.at, f"{leaf.function}(...)")
    for word in (*node.retry.on, *node.retry.never):
        if word in _ERRORS:
            yield Use(Feature.later_other, node.name, node.at, f'"{word}"')


def _feature_of(word: str) -> Feature:
    """`expand` of a dbt task; the kind of a task or of a connection; other words."""
    first = word.split(" ", maxsplit=1)[0]
    if first in _KINDS:
        return _KINDS[first]
    if word == "expand":
        return Feature.later_dbt
    return Feature.later_other


def _sources(type_: Type | None) -> Iterator[str]:
    """The columns of a type that say where they come from: `source orders.amount`."""
    match type_:
        case Record(fields=fields):
            for field in fields:
                yield from (mark for mark in field.marks if mark.startswith("source "))
                yield from _sources(field.type)
        case Table(schema=schema):
            yield from _sources(schema)
        case Optional(item=inner) | ListOf(item=inner) | MapOf(value=inner):
            yield from _sources(inner)
        case _:
            pass
