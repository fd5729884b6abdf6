"""A backfill: one run for each partition or instant of a range (rule 22).

Asked for again it goes on with those that did not succeed, and leaves the others as they are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from . import launch
from .admission import Dropped
from .asked import begin
from .engine import Engine
from .errors import UsageError
from .executor import DEFAULT
from .info import info_of
from .model import Flow
from .pieces import Piece, Wanted, pieces
from .pools import is_held
from .register import Asked, Register, at_key, new_id, partition_key
from .running import Run
from .texts import datetime_text
from .values import encode


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


def run(
    flow: Flow,
    params: Mapping[str, Any],
    wanted: Wanted,
    *,
    root: Path,
    others: Iterable[Flow] = (),
    state: Path | None = None,
    database: str | None = None,
    jobs: int | None = None,
    executor: str = DEFAULT,
    store: str | None = None,
    write: Callable[[str], None] = print,
) -> int:
    """Do what is wanted, or say what would be done, a line for each piece; 1 if a run did not succeed.

    Raises UsageError where the flow, the range or the params don't fit.
    """
    known = {found.name: found for found in (*others, flow)}
    engine = Engine(root, flows=known, state=state, jobs=jobs, executor=executor, store=store)
    try:
        found = pieces(flow, wanted)
        check(flow, wanted, found.pieces)
        if found.early:
            write(f"left out: {found.early} that are not over yet")
        elif not found.pieces:
            write(f"nothing to run: {flow.name} has {_what(flow)} in this range")
        with Register(database or engine.state, known.values()) as register:
            if register.is_served() and not _is_our_server(engine.state):
                raise UsageError(
                    f"a server that keeps its runs elsewhere than in {engine.state} works with this database: ask that"
                    " one for the backfill"
                )
            work = Backfill(engine, register, flow, params, wanted, tell=lambda done: write(done.line))
            if wanted.is_dry:
                for piece in found.pieces:
                    write(f"{piece.name}  {work.plan(piece)}")
                return 0
            done = work.work(found.pieces)
    finally:
        engine.close()
    return int(len(done) < len(found.pieces) or any(each.outcome not in ("succeeded", "kept") for each in done))


def _is_our_server(state: Path) -> bool:
    """Whether the server that is at work keeps its runs where we do: then each sees what the other is at."""
    with suppress(OSError):
        return is_held(state / "serve.lock")
    return False


def _what(flow: Flow) -> str:
    return "no instants of its schedule" if flow.partition is None else "no partitions"


def key_of(piece: Piece, params: Mapping[str, Any], event: Any = None) -> str:
    """The key of a piece, with the params that its run has, defaults included, and its event if it has one."""
    key = at_key(piece.at, params) if piece.at else partition_key(piece.name, params)
    return key if event is None else f"{key} on {encode(event)}"


def check(flow: Flow, wanted: Wanted, found: Sequence[Piece]) -> None:
    """UsageError where the event of a backfill is none of the flow's, or is due and was not given."""
    if found:
        moment = launch.utc(found[0].at or datetime.now(timezone.utc))
        info_of(flow, "", moment, "backfill", found[0].partition, wanted.event)


def row_of(
    flow: Flow, piece: Piece, params: Mapping[str, Any], given: Mapping[str, Any], batch: str, event: Any = None
) -> Asked:
    """A new run for a piece; `given` are the params that were said."""
    partition = None if piece.partition is None else encode(piece.partition)
    moment = datetime_text(launch.utc(piece.at or datetime.now(timezone.utc)))
    key = key_of(piece, params, event)
    cause = None if event is None else encode(event)
    return Asked(flow.name, key, new_id(), moment, "backfill", encode(dict(given)), partition, cause, batch)


def at_once(flow: Flow, wanted: int | None) -> int:
    """How many runs a backfill has at once: what is wanted, else what the flow says, and no more than `max_runs`."""
    limit = wanted or flow.backfill.limit
    return min(limit, flow.max_runs) if flow.max_runs else limit


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
        self.limit = at_once(flow, wanted.limit)
        self.force = wanted.force
        self.event = wanted.event
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
        standing = self.register.find(self.flow.name, key_of(piece, self.params, self.event))
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
        wanted = row_of(self.flow, piece, self.params, self._given, self.batch, self.event)
        standing = self.register.find(wanted.flow, wanted.key)
        if standing and self.force and not launch.is_busy(self.engine, standing.id):
            return self.register.replace(wanted)
        return self.register.ask([wanted])[0]

    def _tell(self, done: Done) -> None:
        self._done.append(done)
        self.tell(done)
