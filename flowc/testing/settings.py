"""What a test sets, computed: the facts of its run, its params, and the values and ends of its tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from attrs import frozen

from flowc.diagnostics import Diagnostic
from flowc.ir.expr import Expr
from flowc.ir.tests import SetParam, SetRun, Test
from flowc.runtime.actions import Fail
from flowc.runtime.board import Cell
from flowc.runtime.errors import UsageError
from flowc.runtime.info import info_of, instant_of
from flowc.runtime.model import Flow, Task
from flowc.runtime.params import bind
from flowc.runtime.partitions import text as partition_text
from flowc.runtime.plan import Plan, Subject
from flowc.runtime.reading import in_zone
from flowc.runtime.view import RunInfo
from flowc.testing.report import impossible, lacking
from flowc.testing.view import Blank, TestView

_UNSAID = datetime(2000, 1, 1)
"""When a run is that does not say it; whoever asks for it in the flow is told to."""


class Impossible(Exception):
    """The run cannot begin as it was set."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@frozen
class Start:
    """The beginning of a run; `blank` are the facts that the test does not say."""

    info: RunInfo
    params: dict[str, Any]
    blank: frozenset[str]


def bare_cell(name: str) -> Cell:
    """Where expressions stand that belong to no task."""
    return Cell(Subject("task", Task(name, Fail("")), (), None, ()), (), None)


def view_of(flow: Flow, info: RunInfo, params: dict[str, Any], blank: frozenset[str]) -> TestView:
    """The view of what is computed before the run begins."""
    return TestView(params, info, Plan(flow), None, bare_cell("set"), blank)


def start(test: Test, flow: Flow, compute: Callable[[Expr, TestView], Any]) -> Start:
    """The facts and the params of the run of a test; Impossible where there is none."""
    everything = frozenset(("at", "date", "partition", "event"))
    nothing = RunInfo("test", flow.name, in_zone(_UNSAID, flow.zone), _UNSAID.date(), "test")
    first = view_of(flow, nothing, {}, everything)
    said = {each.word: each for each in test.settings if isinstance(each, SetRun)}
    facts = {word: _value(each.value, each.at, test, first, compute) for word, each in said.items()}
    info, blank = _facts(test, flow, said, facts)
    view = view_of(flow, info, {}, blank)
    sets = {each.name: each for each in test.settings if isinstance(each, SetParam)}
    given = {name: _value(each.value, each.at, test, view, compute) for name, each in sets.items()}
    try:
        params = bind(flow, given, view)
    except Blank as lack:
        raise Impossible(lacking(lack.name, test.at, test, what="a default reads")) from None
    except UsageError as error:
        missing = [param.name for param in flow.params if f"param {param.name}: missing" in str(error)]
        wrong = [each.at for name, each in sets.items() if f"param {name}: " in str(error)]
        said_of = "; ".join(str(error).splitlines())
        place = wrong[0] if wrong else test.at
        raise Impossible(impossible(said_of, place, *(f"set {name} = ..." for name in missing))) from None
    return Start(info, params, blank)


def _value(expr: Expr, at: Any, test: Test, view: TestView, compute: Callable[[Expr, TestView], Any]) -> Any:
    try:
        return compute(expr, view)
    except Blank as lack:
        raise Impossible(lacking(lack.name, at, test, what="this reads")) from None
    except Exception as error:
        raise Impossible(impossible(f"this cannot be computed: {error}", at)) from None


def _facts(test: Test, flow: Flow, said: dict[str, SetRun], facts: dict[str, Any]) -> tuple[RunInfo, frozenset[str]]:
    """`run.at` and its like, each from the others where it is not said."""
    partition = facts.get("partition")
    text = None if partition is None else partition_text(partition)
    try:
        moment = _moment(flow, facts, text)
        blank = {"at", "date"} if moment is None else set[str]()
        at = in_zone(moment or _UNSAID, flow.zone)
        if "date" in facts and at.date() != facts["date"]:
            raise UsageError(f"run.at is on {at.date()}, and run.date is {facts['date']}")
        known = flow
        if text is None and (moment is None or not hasattr(flow.partition, "unit")):
            known = replace(known, partition=None)
            blank.add("partition")
        if "event" not in facts and flow.event is not None:
            known = replace(known, event=None, events=())
            blank.add("event")
        return info_of(known, "test", at, "test", text, facts.get("event")), frozenset(blank)
    except UsageError as error:
        place = said.get("partition") or said.get("event") or said.get("at") or said.get("date")
        raise Impossible(impossible(str(error), place.at if place else test.at)) from None


def _moment(flow: Flow, facts: dict[str, Any], partition: str | None) -> datetime | None:
    if "at" in facts:
        return facts["at"]
    if "date" in facts:
        day: date = facts["date"]
        return datetime.combine(day, time())
    return instant_of(flow, partition) if partition is not None else None
