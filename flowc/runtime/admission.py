"""How many runs of a flow there are at once, over all runners of one state directory (rule 21)."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from .errors import UsageError
from .model import Flow
from .pools import Held, Pools, file_name, is_held

CANCEL = "cancel"
"""The file in a run's folder that asks its runner to cancel it."""


class Dropped(UsageError):
    """A run that `overlap: skip` does not let exist."""


class Admission:
    """One run's wish to go on. Those that wait are let in by `run.at`, the oldest first.

    A run of a backfill waits, whatever the flow's `overlap` says: each partition is owed one (rule 22).
    """

    def __init__(self, state: Path, flow: Flow, identity: str, at: str, *, trigger: str = "manual") -> None:
        assert flow.max_runs is not None
        self.size = flow.max_runs
        self.overlap = "queue" if trigger == "backfill" else flow.overlap
        self.note = f"{at} {identity}"
        """Sorts by `run.at`: ids of one second, made by several processes, are in no order."""
        self.runs = state / "runs"
        self.pool = f"flow {flow.id}"
        self._pools = Pools(state / "slots")
        self._queue = state / "queue" / file_name(flow.id)
        self._queue.mkdir(parents=True, exist_ok=True)
        self._ticket = self._queue / self.note
        self._descriptor = -1

    def enter(self) -> Held | None:
        """A slot, or None where the run has to wait; Dropped where it may not."""
        if self.overlap == "skip":
            held = self._take()
            if held is None:
                raise Dropped(f"{self.size} runs of this flow are going on: this one is dropped (overlap: skip)")
            return held
        self._wait_in_line()
        held = self._take() if self._is_first() else None
        if held:
            self.leave()
        elif self.overlap == "cancel_old" and self._is_first():
            self._cancel_oldest()
        return held

    def leave(self) -> None:
        """Wait no longer."""
        if self._descriptor >= 0:
            self._ticket.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1

    def _take(self) -> Held | None:
        return self._pools.take(self.pool, self.size, note=self.note)

    def _wait_in_line(self) -> None:
        """A ticket is a file that who waits has locked: those of the dead can be told by that."""
        if self._descriptor < 0:
            self._descriptor = os.open(self._ticket, os.O_RDWR | os.O_CREAT, 0o644)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def _is_first(self) -> bool:
        for ticket in sorted(self._queue.iterdir()):
            if ticket == self._ticket:
                return True
            if is_held(ticket):
                return False
            ticket.unlink(missing_ok=True)
        return True

    def _cancel_oldest(self) -> None:
        """Ask as many of the oldest to end as it takes for one slot: one."""
        going = sorted(self._pools.notes(self.pool, self.size))
        oldest = self.runs / going[0].rpartition(" ")[2] if going else None
        if oldest and oldest.is_dir():
            (oldest / CANCEL).touch()
