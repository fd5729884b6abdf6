"""What starts a flow from outside: DAGs beside its own, which start a run of it for each event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flowc.ir.graph import Graph, Program
from flowc.ir.triggers import Both, Either, Event, On, OnAsset, OnFile, OnFlow, events_of
from flowc.ir.types import Optional, Record
from flowc.target.literals import literal, string
from flowc_targets.airflow.model import EventDag, EventFile, Option
from flowc_targets.airflow.names import KIT
from flowc_targets.project.given import given_param, heard, heard_words


def event_file(graph: Graph, dag_id: str, path: str, digest: str) -> EventFile | None:
    """The file of a flow's events; None where nothing but clocks, people and posts start it."""
    dags = tuple(_dags(graph, dag_id))
    if not dags:
        return None
    text = " ".join(call for dag in dags for call in dag.calls) + " ".join(
        option.value for dag in dags for option in dag.options
    )
    helpers = sorted(name for name in ("ended", "start_for_assets", "start_for_files") if f"{name}(" in text)
    has_files = "timedelta(" in text
    imports = ["from datetime import datetime, timedelta, timezone", ""] if has_files else []
    names = ["DAG", "Asset"] if "Asset(" in text else ["DAG"]
    imports += [f"from airflow.sdk import {', '.join(names)}", "", f"from {KIT}.events import {', '.join(helpers)}"]
    doc = f"What starts {graph.name}: {', '.join(heard_words(graph))}"
    return EventFile(path, doc, graph.origin.file, digest, tuple(imports), dags)


def listened_to(program: Program) -> frozenset[str]:
    """The flows whose end starts another one."""
    events = (event for graph in program.graphs for event in heard(graph))
    return frozenset(event.flow for event in events if isinstance(event, OnFlow))


def alternatives(graph: Graph) -> Iterator[Event]:
    """Events of which any will do."""
    todo: list[Event] = [trigger.event for trigger in graph.triggers if isinstance(trigger, On)]
    while todo:
        event = todo.pop(0)
        if isinstance(event, Either):
            todo = [*event.events, *todo]
        else:
            yield event


def _dags(graph: Graph, dag_id: str) -> Iterator[EventDag]:
    found = list(alternatives(graph))
    if single := [event for event in found if isinstance(event, OnAsset | OnFlow)]:
        heard_of = f"[{', '.join(dict.fromkeys(name for event in single for name in _assets(event)))}]"
        schedule = " | ".join(map(_asset, single))
        yield _for_assets(graph, dag_id, "events", schedule, heard_of)
    for number, both in enumerate((event for event in found if isinstance(event, Both)), 1):
        joined = " & ".join(_asset(part) for part in both.events)
        yield _for_assets(graph, dag_id, f"all_events_{number}", joined, "only_last=True")
    if files := [event for event in found if isinstance(event, OnFile)]:
        name = f"{dag_id}.files"
        given = [string(dag_id), literal([event.pattern for event in files]), *_told(graph)]
        period = min(event.poll for event in files)
        options = (
            Option("dag_id", string(name)),
            Option("schedule", literal(period)),
            START,
            *COMMON,
        )
        yield EventDag(name, options, (f"start_for_files({', '.join(given)})",))


_ENDS = ("succeeded", "failed", "cancelled")
START = Option("start_date", "datetime(2020, 1, 1, tzinfo=timezone.utc)")
COMMON = (Option("catchup", "False"), Option("max_active_runs", "1"))


def _for_assets(graph: Graph, dag_id: str, name: str, schedule: str, events: str) -> EventDag:
    given = [string(dag_id), events, *_told(graph)]
    schedule = f"[{schedule}]" if "|" not in schedule and "&" not in schedule else schedule
    options = (Option("dag_id", string(f"{dag_id}.{name}")), Option("schedule", schedule), *COMMON)
    return EventDag(f"{dag_id}.{name}", options, (f"start_for_assets({', '.join(given)})",))


def _asset(event: Event) -> str:
    """The asset that an event is to Airflow; `(a | b)` where any of two will do."""
    match event:
        case OnAsset() | OnFlow():
            names = _assets(event)
            return names[0] if len(names) == 1 else f"({' | '.join(names)})"
        case Either(events=parts):
            return f"({' | '.join(_asset(part) for part in parts)})"
        case _:
            raise AssertionError("refused before")


def _assets(event: OnAsset | OnFlow) -> Sequence[str]:
    """Those whose events it is, of which any will do."""
    if isinstance(event, OnAsset):
        return [f"Asset({string(event.asset)})"]
    ends = _ENDS if event.when == "done" else (event.when,)
    return [f"ended({string(event.flow)}, {string(end)})" for end in ends]


def _told(graph: Graph) -> Iterator[str]:
    """Which param takes the event, and the fields that it has."""
    if param := given_param(graph, "event"):
        yield f"told={string(param.name)}"
        shape = param.type.item if isinstance(param.type, Optional) else param.type
        if isinstance(shape, Record):
            yield f"fields={literal([field.name for field in shape.fields])}"


def can_join(parts: Iterable[Event]) -> bool:
    """Whether Airflow joins them: assets and ends of flows."""
    return all(isinstance(each, OnAsset | OnFlow) for part in parts for each in events_of(part))
