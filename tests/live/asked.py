"""What is asked of the live engines: runs of the flows of `project/`, each with its trace by the contract."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from attrs import field, frozen

from flowc.ir.graph import Program
from tests.live.backfills import FILLED
from tests.live.catchup import CAUGHT
from tests.live.crowd import CROWD
from tests.live.overlap import OVERLAP
from tests.stories import columns

PROJECT = Path(__file__).parent / "project"
HEARD = Path(__file__).parent / "heard"
"""Flows that events start, for the engines that are `HEARING`."""
HEARING = ("airflow", "dagster", "prefect")
SECRETS = {"LIVE_PASSWORD": "hunter2-Zq81-live-kept"}
POOLS = {"narrow": 1, "thin": 1}
FLOWS = {"crossing", "stubborn", "parent", "child", "ticking"}

Record = Mapping[str, Any]
"""A run as an engine recorded it (its target's `inside/records.py`)."""


@frozen
class Asked:
    """A run of a flow: `params` as the JSON of a request. One that is scheduled is not asked for, it comes."""

    flow: str
    params: Mapping[str, Any] = field(factory=dict[str, Any])
    is_scheduled: bool = False

    @property
    def trace(self) -> list[str]:
        """Its trace, by the contract."""
        return trace_of(self.flow)


@frozen
class Seen:
    """What a live engine told: the records of the runs by their flows, all records, why wrong params were refused.

    `logs` are the ends of its servers' logs, `kept` is the text of what it keeps elsewhere than in files. `started` are
    all runs of the flows that events start, `filled` of those that backfills run, `caught` of those whose instants
    were past, `overlapping` those of flows that bound how many go on.
    """

    runs: Mapping[str, Record]
    records: Sequence[Record]
    refusal: str | None
    logs: str
    kept: str = ""
    started: Mapping[str, Sequence[Record]] = field(factory=dict[str, Sequence[Record]])
    caught: Mapping[str, Sequence[Record]] = field(factory=dict[str, Sequence[Record]])
    filled: Mapping[str, Sequence[Record]] = field(factory=dict[str, Sequence[Record]])
    overlapping: Mapping[str, Sequence[Record]] = field(factory=dict[str, Sequence[Record]])


RUNS = (
    Asked("crossing", {"region": "it's eu", "parts": [5, 3, 4], "day": "2024-03-31"}),
    Asked("stubborn", {"times": 2}),
    Asked("parent", {"start": 7, "often": True}),
    Asked("ticking", is_scheduled=True),
)
WRONG = Asked("stubborn", {"times": "two"})


def lay_source(engine: str, folder: Path) -> Path:
    """The project as its user has it, with the flows that events start where the engine hears of events."""
    shutil.copytree(PROJECT, folder)
    for more in (CROWD, CAUGHT, FILLED, OVERLAP):
        shutil.copytree(more, folder, dirs_exist_ok=True)
    if engine in HEARING:
        shutil.copytree(HEARD, folder, dirs_exist_ok=True)
    return folder


@cache
def program() -> Program:
    """The flows, compiled."""
    from flowc.compiler import compile_paths
    from flowc.diagnostics.render import render

    folders = (PROJECT, CROWD, HEARD, FILLED, CAUGHT, OVERLAP)
    compilation = compile_paths([path for folder in folders for path in sorted(folder.glob("*.flow"))])
    assert compilation.program is not None, render(list(compilation.diagnostics), "oneline")
    return compilation.program


def trace_of(flow: str) -> list[str]:
    """The trace of a flow that has one run, by the contract."""
    (path,) = (path for folder in (PROJECT, HEARD) if (path := folder / f"{flow}.trace").exists())
    return columns(path.read_text("utf-8").splitlines())
