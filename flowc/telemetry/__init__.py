"""What runs do, for OpenTelemetry: on where the environment says so by the variables that OpenTelemetry has for it."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from flowc.runtime.engine import Listener
from flowc.runtime.errors import UsageError

_ENDPOINTS = tuple(f"OTEL_EXPORTER_OTLP_{kind}ENDPOINT" for kind in ("", "TRACES_", "METRICS_"))
_EXPORTERS = ("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER")


class NotInstalled(UsageError):
    """The environment asks for telemetry, and the extra is not there. Its text says what to do."""


def is_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether an exporter is named, or an endpoint that OTLP goes to."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    named = [environment.get(name, "") for name in _EXPORTERS]
    return any(name not in ("", "none") for name in named) or (
        not any(named) and any(environment.get(name) for name in _ENDPOINTS)
    )


@contextmanager
def telling(listener: Listener | None) -> Generator[Listener | None]:
    """A listener of runs that tells OpenTelemetry too, where that is wanted; what is left is sent at the end.

    Raises NotInstalled.
    """
    if not is_wanted():
        yield listener
        return
    from flowc.telemetry.sending import Sending

    sending = Sending(os.environ)

    def hear(event: Mapping[str, Any]) -> None:
        sending.signals.take(event)
        if listener:
            listener(dict(event))

    try:
        yield hear
    finally:
        sending.close()
