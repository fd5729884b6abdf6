"""What a backfill of a flow goes over, as projects say it: to the engine's own backfill, or to a script of theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

from flowc.ir.graph import Graph
from flowc.ir.triggers import Cron, Every, Keys, Windows
from flowc.runtime import partitions, triggers
from flowc.runtime.schedule import firings
from flowc_targets.project.partitions import known_windows

_SHOWN = 3
"""Runs of a backfill that stands as an example."""
_BEGIN, _END = datetime(2024, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def is_filled(graph: Graph) -> bool:
    """Whether there is something that a backfill goes over."""
    return graph.partition is not None or bool(clocks(graph))


def clocks(graph: Graph) -> list[triggers.Cron | triggers.Every]:
    """The schedules of a flow, as the runtime has them."""
    found: list[triggers.Cron | triggers.Every] = []
    for trigger in graph.triggers:
        if isinstance(trigger, Cron):
            found.append(triggers.Cron(trigger.expression, trigger.zone, trigger.start, trigger.end))
        elif isinstance(trigger, Every):
            found.append(triggers.Every(trigger.period, trigger.start, trigger.end))
    return found


def sample(graph: Graph) -> list[datetime]:
    """The instants that the first runs of a flow with windows or schedules are for, the oldest first."""
    found = clocks(graph)
    if isinstance(graph.partition, Windows):
        known = known_windows(graph.partition)
        begin = datetime(2, 1, 1, tzinfo=UTC) if known.start else _BEGIN
        starts = islice(partitions.between(known, begin, _END), _SHOWN)
        return [partitions.due(known, start, found) for start in starts]
    begin = datetime(2, 1, 1, tzinfo=UTC) if found[0].start else _BEGIN
    return list(islice(firings(found[0], begin, _END), _SHOWN))


def names(graph: Graph) -> tuple[str, ...]:
    """The partitions of a flow that have names."""
    return graph.partition.keys if isinstance(graph.partition, Keys) else ()
