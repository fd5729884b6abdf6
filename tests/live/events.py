"""What happens outside while the live engines run, and the runs that must come of it, each once.

`old.csv` lies in `landing/` before an engine looks there first, and starts nothing; `new.csv` comes later. The order is
posted twice with one key. `broken` is asked for. The backfills are asked for twice, the second time when the first is
over.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

OLD, NEW = "landing/old.csv", "landing/new.csv"
ORDER: Mapping[str, Any] = {"id": 7, "parts": ["a", "b"]}
ORDER_KEY = "order-7"
STARTED = ("landing", "counting", "closing", "both", "broken", "alarm", "hooked")
"""The flows that have one run each in the end. The trace of each stands beside its flow."""
FIRST, LAST = "2024-03-29", "2024-03-31"
"""The partitions of `days` that a backfill is asked for; of `regions` it is all."""


@frozen
class Filled:
    """A run of a backfill: its flow, its partition, and its trace by the contract."""

    flow: str
    partition: str
    trace: tuple[str, ...]


def _day(day: str, at: str) -> Filled:
    lines = (f"day  succeeded  1  {day}", f'seen  succeeded  1  "{at} {at[:10]} backfill"', "run  succeeded")
    return Filled("days", day, lines)


def _region(region: str) -> Filled:
    return Filled("regions", region, (f'region  succeeded  1  "{region} backfill"', "run  succeeded"))


FILLED = (
    _day("2024-03-29", "2024-03-30T04:30:00+01:00"),
    _day("2024-03-30", "2024-03-31T04:30:00+02:00"),
    _day("2024-03-31", "2024-04-01T04:30:00+02:00"),
    _region("eu"),
    _region("us"),
)


def lay(project: Path, name: str) -> None:
    """A file lands: whole at once, as one that is moved there."""
    (project / name).parent.mkdir(exist_ok=True)
    draft = project / "draft.csv"
    draft.write_text("1\n2\n", "utf-8")
    shutil.move(draft, project / name)
