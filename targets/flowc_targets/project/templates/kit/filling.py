"""A backfill: a run for each partition of a range, or instant of the schedules there, unless one has succeeded."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from .errors import UsageError
from .pieces import Piece, Wanted, pieces
from .reading import read_datetime, read_last
from .triggers import Backfill, Cron, Every, Keys, Windows

POLL = 1.0
"""Seconds between two looks at what is going on."""
State = Literal["succeeded", "failed", "going"]


@dataclass(frozen=True)
class Filled:
    """A flow, as far as a backfill asks; `told` is the param that takes the name of a partition."""

    name: str
    zone: str = "UTC"
    schedules: Sequence[Cron | Every] = ()
    partition: Windows | Keys | None = None
    backfill: Backfill = field(default_factory=Backfill)
    told: str | None = None


@dataclass(frozen=True)
class Found:
    """A run that was there, or has come to be."""

    id: str
    state: State


class Engine(Protocol):
    """What has the runs."""

    def runs(self, flow: Filled, piece: Piece, params: Mapping[str, Any]) -> Sequence[Found]:
        """The runs for a piece with these params, the oldest first."""
        ...

    def start(self, flow: Filled, piece: Piece, params: Mapping[str, Any], number: int) -> str:
        """The id of a new run, the so-manieth for the piece: asked for twice, it is one run."""
        ...

    def state(self, run: str) -> State:
        """How it is with a run."""
        ...


def fill(flows: Iterable[Filled], engine: Engine, arguments: Sequence[str] | None = None) -> int:
    """Do what a command line says: 0 where all runs have succeeded, 1 where not, 2 where it was said wrongly."""
    known = {flow.name: flow for flow in flows}
    options = _parser(known).parse_args(arguments)
    flow = known[options.flow]
    try:
        return _Work(flow, _params(options.params, flow), engine, options).done()
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("stopped: the runs that were asked for go on\n")
        return 130


class _Work:
    def __init__(self, flow: Filled, params: Mapping[str, Any], engine: Engine, options: argparse.Namespace) -> None:
        since, until = _instant(options.since, read_datetime), _instant(options.until, read_last)
        self.flow = flow
        self.params = params
        self.engine = engine
        self.is_dry: bool = options.dry_run
        self.force: bool = options.force
        self.limit: int = options.parallel or flow.backfill.limit
        self.range = pieces(flow, Wanted(since, until, options.partition))
        self._going: dict[str, Piece] = {}

    def done(self) -> int:
        """Run what is to be run, and tell of each piece."""
        if self.range.early:
            _say(f"left out: {self.range.early} that are not over yet")
        left, failed = deque(self.range.pieces), 0
        while left or self._going:
            for run, piece in [*self._going.items()]:
                if (state := self.engine.state(run)) != "going":
                    del self._going[run]
                    failed += state == "failed"
                    _say(f"{piece.name}  {state}  {run}")
            while left and len(self._going) < self.limit:
                self._begin(left.popleft())
            if self._going:
                time.sleep(POLL)
        return int(bool(failed))

    def _begin(self, piece: Piece) -> None:
        before = self.engine.runs(self.flow, piece, self.params)
        good = next((run for run in before if run.state == "succeeded"), None)
        open_ = next((run for run in before if run.state == "going"), None)
        if good and not self.force:
            _say(f"{piece.name}  succeeded before, in {good.id}")
        elif self.is_dry:
            last = f" again, after {before[-1].id}" if before else ""
            _say(f"{piece.name}  {f'is going on, {open_.id}' if open_ else f'would run{last}'}")
        elif open_:
            self._going[open_.id] = piece
        else:
            self._going[self.engine.start(self.flow, piece, self.params, len(before) + 1)] = piece


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser(known: Mapping[str, Filled]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("flow", choices=[*known], help="which flow")
    parser.add_argument("--from", dest="since", metavar="INSTANT", help="from when on; else from the first partition")
    parser.add_argument("--to", dest="until", metavar="INSTANT", help="until when, a day whole; else until now")
    parser.add_argument("--partition", action="append", default=[], metavar="START", help="this partition alone")
    parser.add_argument("--parallel", type=_count, metavar="N", help="runs at once; else what the flow says, or 1")
    parser.add_argument("--params", metavar="JSON", default="{}", help="params of all runs, as one JSON object")
    parser.add_argument("--force", action="store_true", help="run again what succeeded, too")
    parser.add_argument("--dry-run", action="store_true", help="say what would be run, and run nothing")
    return parser


def _count(said: str) -> int:
    if not said.isdigit() or not int(said):
        raise argparse.ArgumentTypeError(f"{said!r} is no number of runs")
    return int(said)


def _params(said: str, flow: Filled) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except ValueError as error:
        raise UsageError(f"--params is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise UsageError('--params takes one JSON object, as {"name": 1}')
    if flow.told in found:
        raise UsageError(f"--params has {flow.told}: say --partition NAME")
    return found


def _instant(said: str | None, read: Callable[[str], datetime]) -> datetime | None:
    try:
        return read(said) if said else None
    except ValueError:
        raise UsageError(f"{said!r} is no date and no time, as 2024-03-31T06:00+02:00") from None
