"""A flow as a module: the calls that make its `Flow`."""

from __future__ import annotations

from flowc.ir import graph as g
from flowc.ir import triggers as t
from flowc.ir.digest import digest
from flowc.ir.expr import Run, Secret
from flowc.ir.graph import Graph
from flowc.ir.reads import leaves as leaves_of
from flowc.target.code import CHOOSE, Code, compose
from flowc.target.literals import string
from flowc.target.types import spelled
from flowc_targets.native.actions import constant
from flowc_targets.native.expressions import code, entries, function
from flowc_targets.native.model import Entries, FlowModule, Make, Several, Value
from flowc_targets.native.nodes import Named, decision, group, loop, parameter, task


def flow_module(graph: Graph) -> FlowModule:
    """The module of a flow."""
    lists: list[tuple[str, tuple[Value, ...]]] = [
        ("params", tuple(parameter(item, graph) for item in graph.params)),
        ("tasks", tuple(task(item, graph) for item in graph.nodes)),
        ("decisions", tuple(decision(item, graph) for item in graph.decisions)),
        ("loops", tuple(loop(item, graph) for item in graph.loops)),
        ("groups", tuple(group(item) for item in graph.groups)),
        ("schedules", tuple(_schedule(each) for each in graph.triggers if not isinstance(each, t.On))),
        ("events", tuple(_event(each.event) for each in graph.triggers if isinstance(each, t.On))),
    ]
    named: Named = [(name, Several(items)) for name, items in lists if items or name == "tasks"]
    named += _end(graph)
    named += _settings(graph)
    return FlowModule(graph.name, graph.doc, Make("Flow", (Code(string(graph.name)),), tuple(named)))


def _end(graph: Graph) -> Named:
    if graph.returns is None or graph.output is None:
        return []
    return [("returns", function(graph.returns, graph)), ("output", Code(string(spelled(graph.output))))]


def _settings(graph: Graph) -> Named:
    named: Named = []
    simple = {
        "zone": graph.zone if graph.zone != "UTC" else None,
        "deadline": graph.deadline,
        "sla": graph.sla,
        "max_runs": graph.max_runs,
        "overlap": graph.overlap if graph.overlap != "queue" else None,
        "secrets": sorted(secret_names(graph)),
        "owner": graph.owner,
        "tags": list(graph.tags),
        "renamed_from": graph.renamed_from,
    }
    named += [(name, constant(value)) for name, value in simple.items() if value]
    if graph.partition:
        named.append(("partition", _partition(graph.partition)))
    if graph.backfill != t.Backfill():
        order = (("order", constant(graph.backfill.order)),) if graph.backfill.order != "oldest" else ()
        named.append(("backfill", Make("Backfill", (), (*order, ("limit", constant(graph.backfill.limit))))))
    if graph.event and any(isinstance(leaf, Run) and leaf.name == "event" for leaf in leaves_of(graph)):
        named.append(("event", Code(string(spelled(graph.event)))))
    if ages := tuple((asset.name, constant(asset.freshness)) for asset in graph.assets if asset.freshness):
        named.append(("freshness", Entries(ages)))
    if graph.pools:
        named.append(("pools", Entries(tuple((pool.name, constant(pool.slots)) for pool in graph.pools))))
    if graph.connections:
        found = tuple((item.name, _connection(item, graph)) for item in graph.connections)
        named.append(("connections", Entries(found)))
    named.append(("source", constant(graph.origin.path)))
    named.append(("digest", constant(digest(graph)[:12])))
    return named


def secret_names(graph: Graph) -> set[str]:
    """The secrets of a flow, those of its connections too."""
    return {leaf.name for leaf in leaves_of(graph) if isinstance(leaf, Secret)}


def _connection(item: g.Connection, graph: Graph) -> Make:
    settings = entries((name, code(value, graph)) for name, value in item.settings)
    return Make("Connection", (constant(item.kind), compose(f"lambda: {settings.text}", CHOOSE, (settings,))))


def _schedule(trigger: t.Cron | t.Every) -> Make:
    match trigger:
        case t.Cron(expression=expression, zone=zone):
            zones = (("zone", constant(zone)),) if zone != "UTC" else ()
            return Make("Cron", (constant(expression),), (*zones, *_span(trigger)))
        case t.Every(period=period):
            return Make("Every", (constant(period),), tuple(_span(trigger)))


def _event(event: t.Event) -> Make:
    match event:
        case t.OnAsset(asset=asset):
            return Make("OnAsset", (constant(asset),))
        case t.OnFile(pattern=pattern, poll=poll):
            return Make("OnFile", (constant(pattern), constant(poll)))
        case t.OnWebhook(path=path, body=body):
            return Make("OnWebhook", (constant(path),), (("body", constant(spelled(body))),) if body else ())
        case t.OnFlow(flow=flow, when=when):
            return Make("OnFlow", (constant(flow),), (("when", constant(when)),) if when != "succeeded" else ())
        case t.Both(events=events):
            return Make("Both", (Several(tuple(_event(each) for each in events)),))
        case t.Either(events=events):
            return Make("Either", (Several(tuple(_event(each) for each in events)),))


def _partition(partition: t.Partitioning) -> Make:
    if isinstance(partition, t.Keys):
        return Make("Keys", (constant(list(partition.keys)),))
    return Make("Windows", (constant(partition.unit), constant(partition.zone)), tuple(_edges(partition)))


def _span(trigger: t.Cron | t.Every) -> Named:
    return _edges(trigger) + ([("catchup", constant(trigger.catchup))] if trigger.catchup != "none" else [])


def _edges(bounded: t.Cron | t.Every | t.Windows) -> Named:
    said = {"start": bounded.start, "end": bounded.end}
    return [(name, constant(value)) for name, value in said.items() if value is not None]
