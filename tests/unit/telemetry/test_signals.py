"""What OpenTelemetry is told of runs: by its own exporter in memory, and over HTTP to a collector of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from flowc.cli import main
from flowc.compiler import compile_text
from flowc.runtime import api
from flowc.telemetry import is_wanted
from flowc.telemetry.signals import Signals
from flowc_targets.native.load import load

SOURCE = """
flow child(n: int) { task inner = sh "exit #{n}" }
flow nightly {
  task first = sh "test -e there || { touch there; exit 3; }" retry 1, delay: 0s
  task never = sh "true" after bad
  task bad   = sh "exit 4" after first
  for x in [1, 2] { task each = sh "echo #{x}" }
  task sub   = run child(0) after first
}
"""


@pytest.fixture
def told(tmp_path: Path) -> tuple[list[ReadableSpan], dict[tuple[str, str], Any]]:
    """The spans, and what each metric came to by its name and its outcome (or nothing)."""
    program = compile_text(SOURCE, str(tmp_path / "p.flow")).program
    assert program is not None
    flows = load(program)
    spans, reader, tracers = InMemorySpanExporter(), InMemoryMetricReader(), TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    meters = MeterProvider([reader])
    signals = Signals(tracers.get_tracer("t"), meters.get_meter("t"))
    api.run(flows["nightly"], root=tmp_path, flows=flows.values(), listener=signals.take)
    return list(spans.get_finished_spans()), dict(_points(reader))


def _points(reader: InMemoryMetricReader) -> Iterator[tuple[tuple[str, str], Any]]:
    data = reader.get_metrics_data()
    assert data is not None
    found: dict[tuple[str, str], Any] = {}
    for metric in data.resource_metrics[0].scope_metrics[0].metrics:
        for point in metric.data.data_points:
            key = (metric.name, str((point.attributes or {}).get("flowc.outcome", "")))
            found[key] = found.get(key, 0) + getattr(point, "value", getattr(point, "count", 0))
    yield from found.items()


def test_a_run_holds_its_tasks_and_these_their_attempts(told: tuple[list[ReadableSpan], Any]) -> None:
    spans = {span.name: span for span in told[0]}
    names = {span.context.span_id: span.name for span in told[0] if span.context}
    tree = {name: names[span.parent.span_id] if span.parent else None for name, span in spans.items()}
    assert tree == {
        "run nightly": None,
        "run child": "run nightly",
        "task inner": "run child",
        "attempt 1 of inner": "task inner",
        **{f"task {name}": "run nightly" for name in ("first", "bad", "each[0]", "each[1]", "sub")},
        **{f"attempt 1 of {name}": f"task {name}" for name in ("first", "bad", "each[0]", "each[1]", "sub")},
        "attempt 2 of first": "task first",
    }
    assert all(span.end_time and span.start_time and span.end_time >= span.start_time for span in told[0])


def test_outcomes_and_errors_are_told(told: tuple[list[ReadableSpan], Any]) -> None:
    spans = {span.name: span for span in told[0]}
    run = spans["run nightly"]
    assert run.attributes and run.attributes["flowc.outcome"] == "failed"
    assert [(event.name, dict(event.attributes or {})) for event in run.events] == [
        ("blocked", {"flowc.task.name": "never"})
    ]
    first = spans["attempt 1 of first"]
    assert (first.status.is_ok, first.status.description) == (False, "exit 3")
    assert spans["task first"].status.is_ok
    assert spans["task bad"].status.description == "exit 4"


def test_metrics_count(told: tuple[Any, dict[tuple[str, str], Any]]) -> None:
    assert told[1] == {
        ("flowc.runs.active", ""): 0,
        ("flowc.runs", "failed"): 1,
        ("flowc.runs", "succeeded"): 1,
        ("flowc.instances", "succeeded"): 5,
        ("flowc.instances", "failed"): 1,
        ("flowc.instances", "blocked"): 1,
        ("flowc.attempt.duration", "succeeded"): 5,
        ("flowc.attempt.duration", "failed"): 2,
    }


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_the_environment_says_whether(environment: dict[str, str], wanted: bool) -> None:
    assert is_wanted(environment) == wanted


def test_a_collector_is_sent_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.flow").write_text('flow p { task a = sh "true" }', "utf-8")
    asked: list[str] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        Thread(target=collector.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}")
        assert main(["run", "p.flow", "--quiet"]) == 0
        collector.shutdown()
    assert {*asked} == {"/v1/traces", "/v1/metrics"}
    assert capsys.readouterr().out == ""


def test_an_exporter_that_is_not_there_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.flow").write_text('flow p { task a = sh "true" }', "utf-8")
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "zipkin")
    assert main(["run", "p.flow"]) == 1
    assert "not by zipkin" in capsys.readouterr().err
