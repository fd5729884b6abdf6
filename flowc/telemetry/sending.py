"""Where spans and metrics go: to the exporters that OpenTelemetry's own variables name, with its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flowc.telemetry import NotInstalled

_OTLP = "opentelemetry.exporter.otlp.proto.http"
_SPANS = {
    "otlp": f"{_OTLP}.trace_exporter:OTLPSpanExporter",
    "console": "opentelemetry.sdk.trace.export:ConsoleSpanExporter",
}
_METRICS = {
    "otlp": f"{_OTLP}.metric_exporter:OTLPMetricExporter",
    "console": "opentelemetry.sdk.metrics.export:ConsoleMetricExporter",
}


class Sending:
    """Exporters at work, from here to `close`. Raises NotInstalled, also for an exporter that is not known here."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        try:
            from opentelemetry.sdk.metrics import MeterProvider
            from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor

            from flowc.telemetry.signals import Signals

            spans = _exporter(environment.get("OTEL_TRACES_EXPORTER"), _SPANS)
            metrics = _exporter(environment.get("OTEL_METRICS_EXPORTER"), _METRICS)
        except ImportError as error:
            raise NotInstalled(
                f"the environment asks for OpenTelemetry, which needs {error.name}: pip install 'flowc[otel]'"
            ) from error
        name = None if "OTEL_SERVICE_NAME" in environment else {"service.name": "flowc"}
        resource = Resource.create(name)
        self._tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        if spans is not None:
            self._tracers.add_span_processor(BatchSpanProcessor(spans))
        readers = [PeriodicExportingMetricReader(metrics)] if metrics is not None else []
        self._meters = MeterProvider(readers, resource, shutdown_on_exit=False)
        self.signals = Signals(self._tracers.get_tracer("flowc"), self._meters.get_meter("flowc"))

    def close(self) -> None:
        """Send what is left."""
        self._tracers.shutdown()
        self._meters.shutdown()


def _exporter(name: str | None, known: Mapping[str, str]) -> Any:
    """The exporter of a name, OTLP's where none is said; None for `none`."""
    if name == "none":
        return None
    if (found := known.get(name or "otlp")) is None:
        raise NotInstalled(f"flowc sends telemetry by otlp (over HTTP), to the console, or none; not by {name}")
    module, _, kind = found.partition(":")
    return getattr(import_module(module), kind)()
