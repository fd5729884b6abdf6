"""Rows of the register become runs: how many at once, what is gone on with after a crash, what became of each.

All of it happens on the engine's thread. A row is written before its run exists, and has its outcome after the run's
journal has: whatever a kill leaves between the two is found at the next start.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from flowc.runtime.admission import Dropped
from flowc.runtime.asked import begin, has_records
from flowc.runtime.engine import Engine
from flowc.runtime.errors import Damaged, StateError, UsageError
from flowc.runtime.journal import Record, read
from flowc.runtime.launch import Busy
from flowc.runtime.model import Flow
from flowc.runtime.register import Asked, Register
from flowc.runtime.running import Run
from flowc.serve.problems import Problems

AT_ONCE = 16
"""Runs of one flow that are begun at most while others of it go on; a flow's `max_runs` may allow fewer."""
_AGAIN = 1.0
"""Seconds until a run is looked at again that another process works on."""


def batch_of(name: str, limit: int) -> str:
    """The batch of a backfill that has so many runs at once: its name says all that a restart has to know."""
    return f"{name} x{limit}"


class Keeper:
    """Begins what was asked for, a lane for each flow and each batch.

    `ended` is told, by its id and with its flow, of every run that has ended, also of those that other runs have
    started; where a kill came between, of the same one again, and then the flow as it is now is all that is known.

    A run that has begun and cannot go on keeps its row open, and is tried again with other flows and at the next start.
    """

    def __init__(
        self,
        engine: Engine,
        register: Register,
        ended: Callable[[str, Flow | None], None],
        problems: Problems | None = None,
    ) -> None:
        self.engine = engine
        self.register = register
        self.is_closed = False
        self.problems = problems or Problems()
        self._ended = ended
        self._lanes: dict[str, deque[Asked]] = {}
        self._going: dict[str, tuple[Asked, Run]] = {}
        engine.over = lambda run: ended(run.info.id, run.flow)

    def recover(self) -> int:
        """Take up all that has no outcome; how many."""
        rows = self.register.unfinished()
        self.put(rows)
        return len(rows)

    def renew(self) -> None:
        """The engine has other flows: what has not begun begins as they say, what had to be left for them too."""
        for row, run in list(self._going.values()):
            if not run.has_begun:
                del self._going[row.id]
                run.abandon()
        self._lanes.clear()
        rows = [row for row in self.register.unfinished() if row.id not in self._going]
        for row in rows:
            if row.flow in self.engine.flows:
                self.problems.over(f"run {row.id}")
        self.put(rows)

    def put(self, rows: Iterable[Asked]) -> None:
        """Let rows without an outcome become runs as soon as there is room for them."""
        for row in rows:
            self._lanes.setdefault(_lane(row), deque()).append(row)
        self.fill()

    def fill(self) -> None:
        """Begin what may."""
        for lane in list(self._lanes):
            # to begin a row may end one, whose end starts others and so comes here again: lanes come and go meanwhile
            while (waiting := self._lanes.get(lane)) and not self.is_closed and self._busy(lane) < _limit(lane):
                self._begin(waiting.popleft())
            if not self._lanes.get(lane):
                self._lanes.pop(lane, None)

    def queued(self) -> list[Asked]:
        """What waits to be begun."""
        return [row for lane in self._lanes.values() for row in lane]

    def going(self) -> list[Asked]:
        """What goes on."""
        return [row for row, _ in self._going.values()]

    def cancel(self, identity: str) -> bool:
        """End a run that goes on or waits; False where there is none."""
        if identity in self._going:
            self._going[identity][1].cancel()
            return True
        for waiting in self._lanes.values():
            for row in [row for row in waiting if row.id == identity]:
                waiting.remove(row)
                self.register.end(identity, "cancelled")
                return True
        return False

    def has(self, identity: str) -> bool:
        """Whether a run goes on or waits here."""
        return identity in self._going or any(row.id == identity for row in self.queued())

    def _busy(self, lane: str) -> int:
        return sum(_lane(row) == lane for row, _ in self._going.values())

    def _begin(self, row: Asked) -> None:
        runs = self.engine.state / "runs"
        try:
            ended = [*children(runs, row.id)]
            outcome = outcome_of(runs / row.id, row)
        except OSError as error:
            self._leave(row, f"its records cannot be read: {error}")
            return
        for each in ended:  # killed before it was heard that they had ended
            self._ended(each, None)
        if outcome:
            self._ended(row.id, None)  # killed after the journal's end and before the row's
            self.register.end(row.id, outcome)
            return
        if row.flow not in self.engine.flows:
            self._leave(row, f"there is no flow {row.flow} here")
            return
        try:
            run = begin(self.engine, row)
        except Busy:
            self.engine.clock.after(_AGAIN, lambda: None if self.has(row.id) else self.put([row]))
        except Dropped:
            self.register.end(row.id, "dropped")
        except StateError:
            raise
        except Damaged as error:
            self._leave(row, str(error))
        except UsageError as error:
            if has_records(runs / row.id):
                self._leave(row, str(error))
                return
            self.problems.add(f"run {row.id}", f"run {row.id} of {row.flow} cannot start: {error}")
            self.register.end(row.id, "failed")
        else:
            self.problems.over(f"run {row.id}")
            run.when_over = lambda run: self._over(row, run)
            self._going[row.id] = (row, run)
            self.engine.add(run)

    def _leave(self, row: Asked, why: str) -> None:
        """Its row stays open: the next start, or other flows, may go on with it."""
        self.problems.add(f"run {row.id}", f"run {row.id} of {row.flow} is left as it is: {why}")

    def _over(self, row: Asked, run: Run) -> None:
        assert (
            run.outcome is not None
        )  # what follows was asked for before: a kill in between asks again, for the same keys
        self.register.end(row.id, run.outcome)
        self._going.pop(row.id, None)
        self.fill()


def resumed(finishes: int) -> str:
    """The batch of a row that is to go on after so many ends; it tells a new wish from an end that was not noted."""
    return f"resume after {finishes}"


def outcome_of(folder: Path, row: Asked) -> str | None:
    """How the run of a row ended by its journal, if it did and was not asked to go on since."""
    if not (folder / "journal").exists():
        return None
    ends = finishes(read(folder / "journal"))
    wanted = re.fullmatch(r"resume after (\d+)", row.batch or "")
    return ends[-1] if ends and ends[-1] and (wanted is None or len(ends) > int(wanted[1])) else None


def children(runs: Path, identity: str) -> Iterator[str]:
    """The runs that a run has started and that have ended, with those that they have started, the innermost first."""
    journal = runs / identity / "journal"
    for record in read(journal) if journal.exists() else ():
        if record["event"] == "child":
            yield from children(runs, record["run"])
            theirs = runs / record["run"] / "journal"
            if theirs.exists() and finishes(read(theirs))[-1:] not in ([], [None]):
                yield record["run"]


def finishes(records: Iterable[Record]) -> list[str | None]:
    """The outcomes of a run's ends, in order; a None at the end where it went on after the last."""
    found: list[str | None] = []
    for record in records:
        if record["event"] == "finish":
            found = [*(each for each in found if each), str(record["outcome"])]
        elif record["event"] == "resume":
            found.append(None)
    return found


def _lane(row: Asked) -> str:
    return row.batch if row.batch and _LIMIT.search(row.batch) else row.flow


def _limit(lane: str) -> int:
    found = _LIMIT.search(lane)
    return int(found[1]) if found else AT_ONCE


_LIMIT = re.compile(r" x(\d+)$")
"""How a batch says its limit; the name of a flow has no blank."""
