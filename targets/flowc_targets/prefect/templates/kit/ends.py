"""How a run ends: its outcome, its first failure, and whether it is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from .facts import run_date
from .graph import Index
from .judge import Ended
from .rules import Colour


def outcome(colours: Sequence[Colour], stopped: str | None) -> str:
    """Of the run, by the colours of its tasks, which know what was tolerated."""
    if stopped == "cancelled":
        return "cancelled"
    return "failed" if stopped or Colour.FAILED in colours else "succeeded"


def first_failure(instances: Iterable[Mapping[tuple[str, Index], Ended]]) -> dict[str, Any]:
    """The first failed instance by name and index, else the first blocked one, and what it said.

    What stands for a task in a later part of the flow has its name, and comes after it.
    """
    found: dict[tuple[str, Index], Ended] = {}
    for part in instances:
        for key, ended in part.items():
            found.setdefault(key, ended)
    for wanted in ("failed", "blocked"):
        if keys := [key for key, ended in found.items() if ended.outcome == wanted]:
            first = min(keys)
            return {"failed_task": label(*first), "error": found[first].error}
    return {}


def label(name: str, index: Index) -> str:
    """`score[3]`."""
    return f"{name}[{','.join(map(str, index))}]" if index else name


def lateness(late_after: timedelta | time | None, began: datetime, zone: str) -> timedelta | None:
    """By how much a run is late; None where it is not."""
    if late_after is None:
        return None
    if isinstance(late_after, timedelta):
        moment = began + late_after
    else:
        moment = datetime.combine(run_date(zone), late_after, ZoneInfo(zone))
    late = datetime.now(timezone.utc) - moment
    return late if late > timedelta(0) else None
