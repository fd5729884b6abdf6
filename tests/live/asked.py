"""What is asked of the live engines: runs of the flows of `project/`, each with its trace by the contract."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from attrs import field, frozen

from flowc.ir.graph import Program
from tests.live import examples
from tests.live.backfills import FILLED
from tests.live.catchup import CAUGHT
from tests.live.crowd import CROWD
from tests.live.overlap import OVERLAP
from tests.stories import columns

PROJECT = Path(__file__).parent / "project"
WAITS = Path(__file__).parent / "waits"
HEARD = Path(__file__).parent / "heard"
"""Flows that events start, for the engines that are `HEARING`."""
HEARING = ("airflow", "dagster", "prefect")
SECRETS = {"LIVE_PASSWORD": "hunter2-Zq81-live-kept"}
POOLS = {"narrow": 1, "thin": 1, "warehouse": 3}
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
    were past, `overlapping` those of flows that bound how many go on. `ages` and `waited`: see `waiting`.
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
    waited: Mapping[str, Record] = field(factory=dict[str, Record])
    ages: Sequence[Mapping[str, str]] = ()


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
    for more in (CROWD, CAUGHT, FILLED, OVERLAP, WAITS):
        shutil.copytree(more, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("flow.toml"))
    if engine in HEARING:
        shutil.copytree(HEARD, folder, dirs_exist_ok=True)
    examples.lay(folder)
    return folder


@cache
def program() -> Program:
    """The flows, compiled."""
    from flowc.compiler import compile_paths
    from flowc.diagnostics.render import render

    compilation = compile_paths(sorted(_laid().glob("*.flow")), profile="local")
    assert compilation.program is not None, render(list(compilation.diagnostics), "oneline")
    return compilation.program


@cache
def _laid() -> Path:
    """A project with all of them, for as long as this process goes on: whoever reads the program looks there."""
    home = Path(mkdtemp(prefix="flowc-live-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return lay_source(HEARING[0], home / "source")


def trace_of(flow: str) -> list[str]:
    """The trace of a flow that has one run, by the contract."""
    (trace,) = all_traces(flow, 1)
    return trace


def all_traces(flow: str, times: int) -> list[list[str]]:
    """The traces of the runs of a flow, by the contract, one for all where they are the same."""
    if flow in examples.TRACES:
        return [examples.TRACES[flow]] * times
    for folder in (OVERLAP, FILLED):
        if (path := folder / f"{flow}.traces").exists():
            return [columns(trace.splitlines()) for trace in path.read_text("utf-8").split("\n\n")]
    (path,) = (path for folder in (PROJECT, HEARD) if (path := folder / f"{flow}.trace").exists())
    return [columns(path.read_text("utf-8").splitlines())] * times
