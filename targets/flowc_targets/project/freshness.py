"""Assets that may be so old and no older, where something of the project's own looks how old they are."""

from __future__ import annotations

from datetime import timedelta

from flowc.ir.graph import Graph, Program

MINUTE = timedelta(minutes=1)
_LOOKS = 12
"""Looks within an age: who is late is told after a twelfth of that at most."""


def ages(program: Program) -> dict[str, timedelta]:
    """How old each may be, by its name."""
    found = {asset.name: asset.freshness for graph in program.graphs for asset in graph.assets}
    return {name: age for name, age in sorted(found.items()) if age is not None}


def told_in(program: Program) -> tuple[Graph, ...]:
    """The flows that have to do with such an asset."""
    return tuple(graph for graph in program.graphs if any(asset.freshness is not None for asset in graph.assets))


def period(ages: dict[str, timedelta]) -> timedelta:
    """How often to look: so many whole minutes."""
    return max(MINUTE, min(ages.values()) / _LOOKS // MINUTE * MINUTE)
