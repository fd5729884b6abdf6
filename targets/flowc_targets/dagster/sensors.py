"""What starts a job from outside: one sensor for all events of a flow, switched on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil

from flowc.ir.graph import Graph, Parameter
from flowc.ir.triggers import Both, Either, Event, On, OnAsset, OnFile, OnFlow, OnWebhook, Single, events_of
from flowc.ir.types import Optional, Record
from flowc.target.literals import literal, string
from flowc_targets.dagster.annotations import Imports
from flowc_targets.dagster.assets import asset_key
from flowc_targets.dagster.names import KIT, field
from flowc_targets.project.given import given_param

INTERVAL = 5
"""Seconds between two looks of a sensor, where no `poll` says otherwise."""


def sensors(graph: Graph, job: str, jobs: Mapping[str, str], imports: Imports) -> Iterator[str]:
    """The lines of a flow's sensor. `job` is what the job is called here, `jobs` are Dagster's names of all flows'."""
    lines = [trigger.event for trigger in graph.triggers if isinstance(trigger, On)]
    if not lines:
        return
    imports.add((KIT, "events"))
    given = [_event(event, jobs) for line in lines for event in _alternatives(line)]
    if param := given_param(graph, "event"):
        given += _told(param)
    files = [each for line in lines for each in events_of(line) if isinstance(each, OnFile)]
    periods = [ceil(each.poll.total_seconds()) for each in files]
    options = [
        f"name={string(f'{job}_events')}",
        f"job={job}",
        f"minimum_interval_seconds={min(periods, default=INTERVAL)}",
        "default_status=dg.DefaultSensorStatus.RUNNING",
    ]
    yield f"{job}_events = dg.sensor({', '.join(options)})(events.start({', '.join(given)}))"


def _alternatives(event: Event) -> Iterator[Single | Both]:
    if isinstance(event, Either):
        for part in event.events:
            yield from _alternatives(part)
    else:
        yield event


def _event(event: Single | Both, jobs: Mapping[str, str]) -> str:
    match event:
        case Both(events=parts):
            return f"events.Both([{', '.join(_part(part, jobs) for part in parts)}])"
        case OnAsset(asset=name):
            return f"events.OnAsset({string(name)}, {asset_key(name)})"
        case OnFile(pattern=pattern):
            return f"events.OnFile({string(pattern)})"
        case OnWebhook(path=path):
            return f"events.OnWebhook({string(path)})"
        case OnFlow(flow=flow, when=when):
            how = f", {string(when)}" if when != "succeeded" else ""
            return f"events.OnFlow({string(flow)}, {string(jobs[flow])}{how})"


def _part(event: Event, jobs: Mapping[str, str]) -> str:
    """One of several that are waited for: an event, or a list of which any will do."""
    found = [_event(each, jobs) for each in events_of(event)]
    return found[0] if len(found) == 1 else f"[{', '.join(found)}]"


def _told(param: Parameter) -> Iterator[str]:
    """Which param takes the event, and the fields that it has."""
    yield f"told={string(field(param.name))}"
    shape = param.type.item if isinstance(param.type, Optional) else param.type
    if isinstance(shape, Record):
        yield f"fields={literal([field.name for field in shape.fields])}"
