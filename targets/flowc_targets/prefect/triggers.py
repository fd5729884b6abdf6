"""What starts a flow: triggers of its deployment, and flows of their own that look for files, and for what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import cast

from attrs import frozen

from flowc.ir.graph import Graph, Program
from flowc.ir.triggers import Both, Either, Event, On, OnAsset, OnFile, OnFlow, Single, events_of
from flowc.ir.types import DATE, DATETIME, Optional, Record
from flowc.target.literals import literal, string
from flowc_targets.prefect.assets import asset_key
from flowc_targets.prefect.flow import flow_name, module_name
from flowc_targets.prefect.model import FlowFile, Function, Line
from flowc_targets.prefect.names import KIT, param_name
from flowc_targets.project.backfills import SCRIPT, is_caught_up
from flowc_targets.project.given import given_param, whole

STARTED_BY = "FLOW_STARTED_BY"
"""The variable of a flow run's process that says what started it; `facts.py` of the support package reads it."""
_WRITTEN = "{{ event.payload.partition }}"
"""The partition that was written, to a trigger: what the task has said of the asset stands in the event's payload."""
_WRITTEN_IF_ANY = {
    "__prefect_kind": "json",
    "value": {"__prefect_kind": "jinja", "template": "{{ event.payload.partition | default(none) | tojson }}"},
}
"""The same where it may be null, for which a template alone has no words."""
MINUTE = timedelta(minutes=1)
"""How often is asked what is due, where missed instants are made up for."""
_STATES = {"succeeded": ["Completed"], "failed": ["Failed", "Crashed", "TimedOut"], "cancelled": ["Cancelled"]}

_DROPPED = "Deployment concurrency limit reached."
"""What Prefect says of a run that `CANCEL_NEW` drops."""


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
    other = program.graph(event.flow)
    name = flow_name(other)
    role = {"prefect.resource.role": "flow", "prefect.resource.name": name}
    for outcome in _STATES if event.when == "done" else (event.when,):
        states = [f"prefect.flow-run.{state}" for state in _STATES[outcome]]
        # what is dropped is `Cancelled` too, and has no end that anybody waits for
        may_be_dropped = outcome == "cancelled" and other.overlap == "skip"
        match = {"match": {"prefect.state-message": f"!{_DROPPED}"}} if may_be_dropped else {}
        yield {**reactive, **match, "match_related": role, "expect": states}


def _deployed(expected: dict[str, object], event: Single, graph: Graph) -> dict[str, object]:
    """A trigger with what the run is given."""
    kind = "asset" if isinstance(event, OnAsset) else "flow"
    told: dict[str, object] = {"name": event.asset if isinstance(event, OnAsset) else getattr(event, "flow", "")}
    if isinstance(event, OnAsset) and (asset := graph.find_asset(event.asset)) and asset.partition:
        told["partition"] = _WRITTEN_IF_ANY if _may_lack(graph) else _WRITTEN
    if isinstance(event, OnFlow):
        told["outcome"] = next(each for each, states in _STATES.items() if states[0] in str(expected["expect"]))
    param = given_param(graph, "event")
    given: dict[str, object] = {"parameters": {param_name(param.name): whole(told, param.type)}} if param else {}
    return {**expected, **given, "job_variables": {"env": {STARTED_BY: kind}}}


def _may_lack(graph: Graph) -> bool:
    """Whether the flow takes an event without a partition, too."""
    shape = graph.event.item if isinstance(graph.event, Optional) else graph.event
    fields = shape.fields if isinstance(shape, Record) else ()
    return any(field.name == "partition" and field.type not in (DATE, DATETIME) for field in fields)


def _compound(both: Both, graph: Graph, program: Program) -> dict[str, object]:
    """All of several; the last of them is what the run is told of, which Prefect does not say: so nothing is read."""
    inner: list[dict[str, object]] = []
    for part in both.events:
        event = next(events_of(part))
        assert isinstance(event, OnAsset | OnFlow), "refused before"
        inner.append(_any(list(_expected(event, graph, program))))
    kind = "asset" if isinstance(next(events_of(both)), OnAsset) else "flow"
    env = {"job_variables": {"env": {STARTED_BY: kind}}}
    return {"type": "compound", "require": "all", "within": 31_536_000, "triggers": inner, **env}


def _any(expected: Sequence[dict[str, object]]) -> dict[str, object]:
    """One trigger for whatever of them comes: ends of the same flow, of which those that are dropped are none."""
    states = [state for each in expected for state in cast("list[str]", each["expect"])]
    matched = [{"match": each["match"]} for each in expected if "match" in each]
    return {**expected[0], **(matched[0] if matched else {}), "expect": states}


# ------------------------------------------------------------------ flows that look


@frozen
class Looking:
    """A flow beside others, which looks now and then, and is a deployment of its own."""

    file: FlowFile
    period: timedelta


def looking(graph: Graph, constant: str = "", digest: str = "") -> Iterator[Looking]:
    """What looks for a flow; `constant` is what the flow is called in `backfill.py`."""
    name = flow_name(graph)
    if files := watched(graph):
        given = [string(f"{name}/{name}"), literal([event.pattern for event in files]), *_told(graph)]
        found = _file(graph, digest, "files", "for each file that is new", "start_for_files", given, [f"{KIT}.events"])
        yield Looking(found, min(event.poll for event in files))
    if is_caught_up(graph):
        said, modules = "for each instant that has become due", [f"{KIT}.catchup", SCRIPT]
        yield Looking(_file(graph, digest, "schedule", said, "start_what_is_due", [constant], modules), MINUTE)


def watched(graph: Graph) -> list[OnFile]:
    """The files that start a flow."""
    return [event for event in _alternatives(graph) if isinstance(event, OnFile)]


def _told(graph: Graph) -> Iterator[str]:
    """Which param takes the event, and the fields that it has."""
    param = given_param(graph, "event")
    if param is None:
        return
    yield f"told={string(param_name(param.name))}"
    shape = param.type.item if isinstance(param.type, Optional) else param.type
    if isinstance(shape, Record):
        yield f"fields={literal([field.name for field in shape.fields])}"


def _file(
    graph: Graph, digest: str, what: str, said: str, function: str, given: list[str], modules: list[str]
) -> FlowFile:
    """A file with a flow that calls a function; of the modules the first has that, the second what is given."""
    name, own = f"{flow_name(graph)}-{what}", f"{module_name(graph)}_{what}"
    imports = [f"from {module} import {word}" for module, word in zip(modules, [function, *given], strict=False)]
    doc = f"A run of {flow_name(graph)} {said}."
    return FlowFile(
        path=f"flows/{own}.py",
        name=name,
        function=Function(own, (f"flow(name={string(name)})",), (), "list[str]", doc, graph.origin.place, ()),
        doc=f"What starts the flow {graph.name}: {what}.",
        origin=graph.origin.file,
        digest=digest,
        imports=("from prefect import flow", "", *sorted(imports)),
        tasks=(),
        lines=(Line(f"return {function}({', '.join(given)})"),),
    )
