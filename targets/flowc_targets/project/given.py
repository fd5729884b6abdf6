"""What a run is given besides its params, as params: no engine of these has a place of its own for an event.

A flow that reads `run.event` gets a param `event` of its type, one with partitions that have names a param
`partition`. Whoever starts a run for an event, or for a partition, gives that param; so it is checked, shown and kept
by the means that the engine has for params. A param of the user's that is called so keeps its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from attrs import evolve

from flowc.ir.expr import Expr, Lit, Param, Run
from flowc.ir.graph import Given, Graph, Parameter, Program
from flowc.ir.reads import leaves
from flowc.ir.rewrite import rewritten
from flowc.ir.triggers import Keys, On, OnAsset, OnFile, OnFlow, OnWebhook, Single, events_of
from flowc.ir.types import Enum, Optional, Record, Type
from flowc_targets.project.names import Taken

_DOCS: Mapping[str, str] = {
    "event": "What started the run.",
    "partition": "The partition that the run works on.",
}


def with_given(program: Program) -> Program:
    """The program whose flows have the params; the same one where no flow needs any, or they are there."""
    graphs = tuple(_with_given(graph) for graph in program.graphs)
    changed = any(new is not old for new, old in zip(graphs, program.graphs, strict=True))
    return evolve(program, graphs=graphs) if changed else program


def given_param(graph: Graph, what: Given) -> Parameter | None:
    """The param of a flow that takes its event, or its partition; None where it has none."""
    return next((param for param in graph.params if param.given == what), None)


def given_values(graph: Graph, **given: Any) -> dict[str, Any]:
    """What a run is given, as JSON by the names of the params that take it; what has no param is left out."""
    found: dict[str, Any] = {
        param.name: whole(given.get(param.given), param.type) for param in graph.params if param.given
    }
    return {name: value for name, value in found.items() if value is not None}


def whole(event: object, type_: Type) -> Any:
    """An event, as JSON, with all the fields that its type has: one that this trigger lacks is null."""
    shape = type_.item if isinstance(type_, Optional) else type_
    if not isinstance(shape, Record) or not isinstance(event, dict):
        return cast(Any, event)
    given = cast("dict[str, Any]", event)
    return {**dict.fromkeys(field.name for field in shape.fields), **given}


def heard(graph: Graph) -> Iterator[Single]:
    """The single events that start a flow."""
    return (each for trigger in graph.triggers if isinstance(trigger, On) for each in events_of(trigger.event))


def heard_words(graph: Graph) -> list[str]:
    """What starts a flow from outside, as a sentence names it, sorted."""
    return sorted({_word(event) for event in heard(graph)})


def _word(event: Single) -> str:
    match event:
        case OnAsset(asset=name):
            return f"the asset {name}"
        case OnFlow(flow=flow):
            return f"the end of {flow}"
        case OnFile(pattern=pattern):
            return f"files {pattern}"
        case OnWebhook():
            return "what is posted"


def is_posted(graph: Graph) -> bool:
    """Whether somebody posts what starts a flow."""
    return any(isinstance(each, OnWebhook) for each in heard(graph))


def reads_event(graph: Graph) -> bool:
    """Whether something in the flow reads `run.event`."""
    return any(isinstance(leaf, Run) and leaf.name == "event" for leaf in leaves(graph))


def _with_given(graph: Graph) -> Graph:
    if any(param.given for param in graph.params):
        return graph
    taken = Taken(param.name for param in graph.params)
    new = {param.name: evolve(param, name=taken.give(param.name, f"run_{param.name}")) for param in _missing(graph)}
    if not new:
        return graph

    def change(expr: Expr) -> Expr:
        if not isinstance(expr, Run) or expr.name not in new:
            return expr
        return Param(new[expr.name].name, expr.type, expr.at)

    changed = rewritten(graph, change)
    return evolve(changed, params=(*new.values(), *changed.params))


def _missing(graph: Graph) -> Iterator[Parameter]:
    if isinstance(graph.partition, Keys):
        yield Parameter("partition", Enum(graph.partition.keys), doc=_DOCS["partition"], given="partition")
    if graph.event and (_is_checked(graph) or reads_event(graph)):
        is_scheduled = any(not isinstance(trigger, On) for trigger in graph.triggers)
        default = Lit(None, graph.event) if is_scheduled else None
        yield Parameter("event", graph.event, default, doc=_DOCS["event"], given="event")


def _is_checked(graph: Graph) -> bool:
    """Whether what is posted has to be of a type, whoever reads it."""
    return any(isinstance(each, OnWebhook) and each.body for each in heard(graph))
