"""A backfill: one run for each partition or instant of a range (rule 22).

Asked for again it goes on with those that did not succeed, and leaves the others as they are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import Any

from . import launch
from .admission import Dropped
from .asked import begin
from .engine import Engine
from .errors import UsageError
from .info import in_zone
from .model import Flow
from .partitions import between, due, ends, read, text
from .register import Asked, Register, at_key, new_id, partition_key
from .running import Run
from .schedule import merged
from .texts import datetime_text
from .triggers import Keys, Windows
from .values import encode


@dataclass(frozen=True)
class Piece:
    """What one run is for: a partition, an instant, or both; `at` is None where the partitions have names."""

    at: datetime | None
    partition: str | None = None

    @property
    def name(self) -> str:
        """As it is shown."""
        return self.partition or (datetime_text(self.at) if self.at else "")


@dataclass(frozen=True)
class Done:
    """What became of a piece: `kept` had succeeded before; `busy`: another process has that run in its hands."""

    piece: Piece
    outcome: str
    run: str
    error: str | None = None

    @property
    def line(self) -> str:
        """As it is printed."""
        said = {"kept": f"succeeded before, in {self.run}", "busy": f"{self.run} is going on elsewhere"}
        why = f": {self.error}" if self.error and self.outcome not in said else ""
        return f"{self.piece.name}  {said.get(self.outcome) or f'{self.outcome}  {self.run}'}{why}"


@dataclass(frozen=True)
class Wanted:
    """What is asked for: a range, both ends in, or names; `limit` runs at once, else what the flow says."""

    since: datetime | None = None
    until: datetime | None = None
    names: Sequence[str] = ()
    limit: int | None = None
    force: bool = False
    is_dry: bool = False


@dataclass(frozen=True)
class Range:
    """The pieces of a range in the order in which they are run, and how many of it are not over yet."""

    pieces: Sequence[Piece]
    early: int = 0


def pieces(flow: Flow, wanted: Wanted, *, now: datetime | None = None, most: int | None = None) -> Range:
    """The partitions that begin from one instant to another, both in, or the instants of the schedules there.

    Without `since` from the first partition on, without `until` up to now; or those of these names alone.
    UsageError where there is nothing to go over, or more than `most`.
    """
    since, until = (found and in_zone(found, flow.zone) for found in (wanted.since, wanted.until))
    moment = now or datetime.now(timezone.utc)
    if wanted.names:
        found, early = [_named(flow, name) for name in wanted.names], 0
    elif isinstance(flow.partition, Keys):
        if since or until:
            raise UsageError(f"the partitions of {flow.name} have names: take all of them, or say which")
        found, early = [Piece(None, name) for name in flow.partition.keys], 0
    else:
        found = _in_time(flow, _begin(flow, since), until or moment)
        every = list(found if most is None else islice(found, most + 1))
        if most is not None and len(every) > most:
            raise UsageError(f"these are more than {most} runs: choose a shorter range")
        found = [piece for piece, over in every if over <= moment]
        early = len(every) - len(found)
    return Range(found if flow.backfill.order == "oldest" else found[::-1], early)


def _named(flow: Flow, name: str) -> Piece:
    if flow.partition is None:
        raise UsageError(f"{flow.name} has no partitions")
    start = read(flow.partition, name)
    if isinstance(start, str) or isinstance(flow.partition, Keys):
        return Piece(None, name)
    return Piece(due(flow.partition, start, flow.schedules), text(start))


def _begin(flow: Flow, since: datetime | None) -> datetime:
    if since is not None:
        return since
    if isinstance(flow.partition, Windows) and flow.partition.start:
        return datetime.min.replace(year=2, tzinfo=timezone.utc)  # the first partition is later
    raise UsageError("from when on? Say it with --from")


def _in_time(flow: Flow, since: datetime, until: datetime) -> Iterator[tuple[Piece, datetime]]:
    """Each piece, and when it can be run."""
    if isinstance(flow.partition, Windows):
        for start in between(flow.partition, since, until):
            yield Piece(due(flow.partition, start, flow.schedules), text(start)), ends(flow.partition, start)
    elif flow.schedules:
        for instant in merged(flow.schedules, since, until):
            yield Piece(instant), instant
    else:
        raise UsageError(f"{flow.name} has neither partitions nor a schedule: there is nothing to go over")


def run(
    flow: Flow,
    params: Mapping[str, Any],
    wanted: Wanted,
    *,
    root: Path,
    others: Iterable[Flow] = (),
    jobs: int | None = None,
    write: Callable[[str], None] = print,
) -> int:
    """Do what is wanted, or say what would be done, a line for each piece; 1 if a run did not succeed.

    Raises UsageError where the flow, the range or the params don't fit.
    """
    engine = Engine(root, flows={found.name: found for found in (*others, flow)}, jobs=jobs)
    try:
        found = pieces(flow, wanted)
        if found.early:
            write(f"left out: {found.early} that are not over yet")
        with Register(engine.state) as register:
            work = Backfill(engine, register, flow, params, wanted, tell=lambda done: write(done.line))
            if wanted.is_dry:
                for piece in found.pieces:
                    write(f"{piece.name}  {work.plan(piece)}")
                return 0
            done = work.work(found.pieces)
    finally:
        engine.close()
    return int(len(done) < len(found.pieces) or any(each.outcome not in ("succeeded", "kept") for each in done))


def key_of(piece: Piece, params: Mapping[str, Any]) -> str:
    """The key of a piece, with the params that its run has, defaults included."""
    return at_key(piece.at, params) if piece.at else partition_key(piece.name, params)


def row_of(flow: Flow, piece: Piece, params: Mapping[str, Any], given: Mapping[str, Any], batch: str) -> Asked:
    """A new run for a piece; `given` are the params that were said."""
    partition = None if piece.partition is None else encode(piece.partition)
    moment = datetime_text(launch.utc(piece.at or datetime.now(timezone.utc)))
    key = key_of(piece, params)
    return Asked(flow.name, key, new_id(), moment, "backfill", encode(dict(given)), partition, batch=batch)


def taken(register: Register, row: Asked, batch: str) -> Asked:
    """A run that has not succeeded, as one of the batch: what another one asked for goes on in this one."""
    return row if row.batch == batch and row.outcome is None else register.reopen(row, batch)


class Backfill:
    """Runs the pieces on an engine, so many at once. What succeeded before is left as it is, unless `force`."""

    def __init__(
        self,
        engine: Engine,
        register: Register,
        flow: Flow,
        params: Mapping[str, Any],
        wanted: Wanted,
        *,
        tell: Callable[[Done], None] = lambda done: None,
    ) -> None:
        self.engine = engine
        self.register = register
        self.flow = flow
        self.params = launch.bound(flow, params)
        self.limit = wanted.limit or flow.backfill.limit
        self.force = wanted.force
        self.tell = tell
        self.batch = new_id()
        self._given = params
        self._going: list[tuple[Run, Piece]] = []
        self._left: deque[Piece] = deque()
        self._done: list[Done] = []

    def work(self, wanted: Sequence[Piece]) -> list[Done]:
        """What became of each piece, in the order in which that was known. An interrupt cancels what is going on."""
        self._left = deque(wanted)
        self.engine.work(self._more)
        return self._done

    def plan(self, piece: Piece) -> str:
        """What would become of a piece."""
        standing = self.register.find(self.flow.name, key_of(piece, self.params))
        if standing is None:
            return "would run"
        if self.force:
            return f"would run again, after {standing.id}"
        return (
            f"succeeded before, in {standing.id}" if standing.outcome == "succeeded" else f"would go on, {standing.id}"
        )

    def _more(self) -> bool:
        """Take in what has ended and begin what may; whether something is going on."""
        for run, piece in [pair for pair in self._going if pair[0].is_over]:
            self._going.remove((run, piece))
            assert run.outcome is not None
            self.register.end(run.info.id, run.outcome)
            self._tell(Done(piece, run.outcome, run.info.id, run.error))
            if run.outcome == "cancelled":
                self._left.clear()
        while self._left and len(self._going) < self.limit:
            self._begin(self._left.popleft())
        return bool(self._going)

    def _begin(self, piece: Piece) -> None:
        row = self._row(piece)
        if row.outcome == "succeeded":
            self._tell(Done(piece, "kept", row.id))
            return
        row = taken(self.register, row, self.batch)
        try:
            run = begin(self.engine, row)
        except launch.Busy as error:
            self._tell(Done(piece, "busy", row.id, str(error)))
        except Dropped as error:
            self.register.end(row.id, "dropped")
            self._tell(Done(piece, "dropped", row.id, str(error)))
        else:
            self._going.append((run, piece))
            self.engine.add(run)

    def _row(self, piece: Piece) -> Asked:
        """The run that stands for the piece; with `force` a new one, unless the old one is still going on."""
        wanted = row_of(self.flow, piece, self.params, self._given, self.batch)
        standing = self.register.find(wanted.flow, wanted.key)
        if standing and self.force and not launch.is_busy(self.engine, standing.id):
            return self.register.replace(wanted)
        return self.register.ask([wanted])[0]

    def _tell(self, done: Done) -> None:
        self._done.append(done)
        self.tell(done)
