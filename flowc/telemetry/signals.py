"""Events of runs as spans and metrics.

Spans: a run (in that of the run which started it), in it an instance of a task, in that each of its attempts. An
instance without an attempt, skipped or blocked, is an event of its run.

    flowc.run.id  flowc.flow.name  flowc.task.name  flowc.attempt.number  flowc.outcome

Metrics: `flowc.runs` and `flowc.instances` count by outcome, `flowc.runs.active` those that go on,
`flowc.attempt.duration` is a histogram of seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from attrs import define, field
from opentelemetry.metrics import Meter
from opentelemetry.trace import Span, Status, StatusCode, Tracer, set_span_in_context

Event = Mapping[str, Any]


@define
class _Instance:
    span: Span
    attempt: Span | None = None
    began: int = 0


@define
class _Run:
    span: Span
    instances: dict[str, _Instance] = field(factory=dict[str, _Instance])


class Signals:
    """Takes the events of a runner, as `flowc.runtime.engine.Event` has them, in their order."""

    def __init__(self, tracer: Tracer, meter: Meter) -> None:
        self._tracer = tracer
        self._runs: dict[str, _Run] = {}
        self._active = meter.create_up_down_counter("flowc.runs.active", "{run}", "runs that go on")
        self._ended = meter.create_counter("flowc.runs", "{run}", "runs that have ended")
        self._instances = meter.create_counter("flowc.instances", "{instance}", "instances of tasks that have ended")
        self._took = meter.create_histogram("flowc.attempt.duration", "s", "how long attempts took")
        self._takers: Mapping[str, Callable[[Event, int], None]] = {
            "run": self._begin,
            "resume": self._begin,
            "start": self._start,
            "failure": self._fail,
            "warning": self._note,
            "problem": self._note,
            "end": self._end,
            "finish": self._finish,
        }

    def take(self, event: Event) -> None:
        """Tell of one event; others than those of which signals tell are nothing."""
        taker = self._takers.get(event["event"])
        if taker and (event["event"] in ("run", "resume") or event["run"] in self._runs):
            taker(event, int(datetime.fromisoformat(event["time"]).timestamp() * 1e9))

    def _begin(self, event: Event, now: int) -> None:
        parent = self._runs.get(event.get("parent", ""))
        told = {"flowc.run.id": event["run"], "flowc.flow.name": event["flow"]}
        span = self._tracer.start_span(
            f"run {event['flow']}",
            set_span_in_context(parent.span) if parent else None,
            attributes={**told, "flowc.run.resumed": event["event"] == "resume"},
            start_time=now,
        )
        self._runs[event["run"]] = _Run(span)
        self._active.add(1, {"flowc.flow.name": event["flow"]})

    def _start(self, event: Event, now: int) -> None:
        run = self._runs[event["run"]]
        told = {"flowc.run.id": event["run"], "flowc.flow.name": event["flow"], "flowc.task.name": event["task"]}
        one = run.instances.get(event["task"])
        if one is None:
            inside = set_span_in_context(run.span)
            one = _Instance(self._tracer.start_span(f"task {event['task']}", inside, attributes=told, start_time=now))
            run.instances[event["task"]] = one
        one.began = now
        one.attempt = self._tracer.start_span(
            f"attempt {event['attempt']} of {event['task']}",
            set_span_in_context(one.span),
            attributes={**told, "flowc.attempt.number": event["attempt"]},
            start_time=now,
        )

    def _fail(self, event: Event, now: int) -> None:
        one = self._runs[event["run"]].instances.get(event["task"])
        if one:
            self._end_attempt(one, event, now, "failed", event["message"])

    def _note(self, event: Event, now: int) -> None:
        about = event.get("task") or event.get("where", "")
        told = {"flowc.task.name": about, "message": event["message"]}
        self._runs[event["run"]].span.add_event(event["event"], told, timestamp=now)

    def _end(self, event: Event, now: int) -> None:
        run, outcome = self._runs[event["run"]], event["outcome"]
        one = run.instances.pop(event["task"], None)
        named = {"flowc.flow.name": event["flow"], "flowc.task.name": event["task"]}
        self._instances.add(1, {**named, "flowc.outcome": outcome})
        if one is None:
            run.span.add_event(outcome, {"flowc.task.name": event["task"]}, timestamp=now)
            return
        self._end_attempt(one, event, now, outcome, event.get("message"))
        _close(one.span, outcome, event.get("message"), now)

    def _end_attempt(self, one: _Instance, event: Event, now: int, outcome: str, message: str | None) -> None:
        if one.attempt is None:
            return
        _close(one.attempt, outcome, message, now)
        one.attempt = None
        told = {"flowc.flow.name": event["flow"], "flowc.task.name": event["task"], "flowc.outcome": outcome}
        self._took.record((now - one.began) / 1e9, told)

    def _finish(self, event: Event, now: int) -> None:
        run = self._runs.pop(event["run"])
        _close(run.span, event["outcome"], event.get("error"), now)
        self._active.add(-1, {"flowc.flow.name": event["flow"]})
        self._ended.add(1, {"flowc.flow.name": event["flow"], "flowc.outcome": event["outcome"]})


def _close(span: Span, outcome: str, message: str | None, now: int) -> None:
    span.set_attribute("flowc.outcome", outcome)
    if outcome in ("failed", "cancelled"):
        span.set_status(Status(StatusCode.ERROR, message))
    span.end(now)
