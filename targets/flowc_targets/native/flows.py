"""A flow as a module: the calls that make its `Flow`."""

from __future__ import annotations

from flowc.ir import graph as g
from flowc.ir.expr import Secret
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
        ("schedules", tuple(_trigger(trigger) for trigger in graph.triggers)),
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
    }
    named += [(name, constant(value)) for name, value in simple.items() if value]
    if graph.pools:
        named.append(("pools", Entries(tuple((pool.name, constant(pool.slots)) for pool in graph.pools))))
    if graph.connections:
        found = tuple((item.name, _connection(item, graph)) for item in graph.connections)
        named.append(("connections", Entries(found)))
    return named


def secret_names(graph: Graph) -> set[str]:
    """The secrets of a flow, those of its connections too."""
    return {leaf.name for leaf in leaves_of(graph) if isinstance(leaf, Secret)}


def _connection(item: g.Connection, graph: Graph) -> Make:
    settings = entries((name, code(value, graph)) for name, value in item.settings)
    return Make("Connection", (constant(item.kind), compose(f"lambda: {settings.text}", CHOOSE, (settings,))))


def _trigger(trigger: g.Trigger) -> Make:
    match trigger:
        case g.Cron(expression=expression, zone=zone):
            zones = (("zone", constant(zone)),) if zone != "UTC" else ()
            return Make("Cron", (constant(expression),), (*zones, *_span(trigger)))
        case g.Every(period=period):
            return Make("Every", (constant(period),), tuple(_span(trigger)))
        case g.UnbuiltTrigger(word=word):
            raise AssertionError(f"{word} is refused before it is lowered")


def _span(trigger: g.Cron | g.Every) -> Named:
    said = {"start": trigger.start, "end": trigger.end}
    named: Named = [(name, constant(value)) for name, value in said.items() if value is not None]
    return named + ([("catchup", constant(trigger.catchup))] if trigger.catchup != "none" else [])
