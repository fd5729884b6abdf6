"""What starts a flow from outside: triggers of its deployment, and a flow of its own that looks for files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flowc.ir.graph import Graph, Program
from flowc.ir.triggers import Both, Either, Event, On, OnAsset, OnFile, OnFlow, Single, events_of
from flowc.ir.types import Optional, Record
from flowc.target.code import identifier
from flowc.target.literals import literal, string
from flowc_targets.prefect.assets import asset_key
from flowc_targets.prefect.flow import flow_name, module_name
from flowc_targets.prefect.model import FlowFile, Function, Line
from flowc_targets.prefect.names import KIT
from flowc_targets.project.given import given_param, whole

STARTED_BY = "FLOW_STARTED_BY"
"""The variable of a flow run's process that says what started it; `facts.py` of the support package reads it."""
_STATES = {"succeeded": ["Completed"], "failed": ["Failed", "Crashed", "TimedOut"]}


def triggers(graph: Graph, program: Program) -> list[dict[str, object]]:
    """The triggers of a flow's deployment."""
    found: list[dict[str, object]] = []
    for event in _alternatives(graph):
        if isinstance(event, Both):
            found.append(_compound(event, graph, program))
        elif isinstance(event, OnAsset | OnFlow):
            found += [_deployed(one, event, graph) for one in _expected(event, graph, program)]
    return [{"name": f"{flow_name(graph)} {number}", **one} for number, one in enumerate(found, 1)]


def _alternatives(graph: Graph) -> Iterator[Single | Both]:
    """Events of which any will do."""
    todo: list[Event] = [trigger.event for trigger in graph.triggers if isinstance(trigger, On)]
    while todo:
        event = todo.pop(0)
        if isinstance(event, Either):
            todo = [*event.events, *todo]
        else:
            yield event


def _expected(event: OnAsset | OnFlow, graph: Graph, program: Program) -> Iterator[dict[str, object]]:
    """What Prefect waits for: one trigger for each outcome that will do."""
    reactive: dict[str, object] = {"type": "event", "posture": "Reactive", "threshold": 1, "within": 0}
    if isinstance(event, OnAsset):
        resource = {"prefect.resource.id": asset_key(event.asset, graph)}
        yield {**reactive, "match": resource, "expect": ["prefect.asset.materialization.succeeded"]}
        return
    name = flow_name(program.graph(event.flow))
    role = {"prefect.resource.role": "flow", "prefect.resource.name": name}
    for outcome in ("succeeded", "failed") if event.when == "done" else (event.when,):
        states = [f"prefect.flow-run.{state}" for state in _STATES[outcome]]
        yield {**reactive, "match_related": role, "expect": states}


def _deployed(expected: dict[str, object], event: Single, graph: Graph) -> dict[str, object]:
    """A trigger with what the run is given."""
    kind = "asset" if isinstance(event, OnAsset) else "flow"
    told: dict[str, object] = {"name": event.asset if isinstance(event, OnAsset) else getattr(event, "flow", "")}
    if isinstance(event, OnFlow):
        is_success = "prefect.flow-run.Completed" in str(expected["expect"])
        told["outcome"] = "succeeded" if is_success else "failed"
    param = given_param(graph, "event")
    given: dict[str, object] = {"parameters": {identifier(param.name): whole(told, param.type)}} if param else {}
    return {**expected, **given, "job_variables": {"env": {STARTED_BY: kind}}}


def _compound(both: Both, graph: Graph, program: Program) -> dict[str, object]:
    """All of several; the last of them is what the run is told of, which Prefect does not say: so nothing is read."""
    inner: list[dict[str, object]] = []
    for part in both.events:
        event = next(events_of(part))
        assert isinstance(event, OnAsset | OnFlow), "refused before"
        inner += _expected(event, graph, program)
    kind = "asset" if isinstance(next(events_of(both)), OnAsset) else "flow"
    env = {"job_variables": {"env": {STARTED_BY: kind}}}
    return {"type": "compound", "require": "all", "within": 31_536_000, "triggers": inner, **env}


# ------------------------------------------------------------------ files


def watched(graph: Graph) -> list[OnFile]:
    """The files that start a flow."""
    return [event for event in _alternatives(graph) if isinstance(event, OnFile)]


def watcher(graph: Graph, digest: str) -> FlowFile:
    """The flow that looks for files, and starts a run for each."""
    name, function = f"{flow_name(graph)}-files", f"{module_name(graph)}_files"
    param = given_param(graph, "event")
    given = [string(f"{flow_name(graph)}/{flow_name(graph)}")]
    given.append(literal([event.pattern for event in watched(graph)]))
    if param:
        shape = param.type.item if isinstance(param.type, Optional) else param.type
        given.append(f"told={string(identifier(param.name))}")
        if isinstance(shape, Record):
            given.append(f"fields={literal([field.name for field in shape.fields])}")
    return FlowFile(
        path=f"flows/{function}.py",
        name=name,
        function=Function(
            function,
            (f"flow(name={string(name)})",),
            (),
            "list[str]",
            f"A run of {flow_name(graph)} for each file that is new.",
            f"{graph.origin.path.rpartition('/')[2]}:{graph.origin.line}",
            (),
        ),
        doc=f"What starts the flow {graph.name}: files.",
        origin=graph.origin.path.rpartition("/")[2],
        digest=digest,
        imports=("from prefect import flow", "", f"from {KIT}.events import start_for_files"),
        tasks=(),
        lines=(Line(f"return start_for_files({', '.join(given)})"),),
    )


def period(graph: Graph) -> timedelta:
    """How often files are looked for."""
    return min(event.poll for event in watched(graph))
