"""From what a live engine recorded to the normal trace, by the same rooms as `flowc verify` has."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from flowc.runtime.facts import broken
from tests.live.asked import Record, Seen, program
from tests.stories import columns


def told(engine: str, flow: str, seen: Seen, run: Record) -> tuple[list[str], list[str]]:
    """The lines of a run's trace, and the facts of its events that do not hold."""
    reading = import_module(f"flowc_targets.{engine}.trace")
    traced = _traced(engine)[flow]
    lines = reading.trace(run, traced, seen.records) if engine == "airflow" else reading.trace(run, traced)
    return columns(lines), list(broken(_flows()[flow], reading.spans(run, traced)))


@cache
def _traced(engine: str) -> Any:
    """What a target's trace needs to know of each flow."""
    return import_module(f"flowc_targets.{engine}.lower").lower(program()).traced


@cache
def _flows() -> Any:
    """The flows as the native runner has them."""
    return import_module("flowc_targets.native.load").load(program())
