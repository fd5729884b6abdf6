"""Where attempts wait for what they need (a worker, a loop's limit, slots of pools, a lock) and are started."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from .attempts import Result
from .board import Cell
from .clock import Timer
from .errors import TIMED_OUT
from .executor import Turn
from .pools import Held, Pools
from .turns import ChildTurn

if TYPE_CHECKING:
    from .engine import Engine
    from .running import Run

RETRY_POOLS = 0.1
"""Seconds between looks at slots that other processes hold."""


@dataclass(eq=False)
class Job:
    """One attempt that wants to run. `why` says what it waits for; it needs each of `slots`: pool, size, count."""

    run: Run
    cell: Cell
    start: Callable[[Job], Turn | None]
    needs_worker: bool
    slots: tuple[tuple[str, int, int], ...] = ()
    why: str = ""
    turn: Turn | None = None
    timer: Timer | None = None
    held: list[Held] = field(default_factory=list[Held])
    is_over: bool = False
    after: Callable[[Result], None] | None = None

    def wait_for(self, why: str) -> None:
        """It cannot start for now; listeners are told once for each reason."""
        if why != self.why:
            self.run.tell("waiting", self.cell, why=why)
        self.why = why


class Dispatcher:
    """Starts jobs as soon as they have what they need, the highest priority first, else in the order they came."""

    def __init__(self, engine: Engine, pools: Pools) -> None:
        self.engine = engine
        self.pools = pools
        self.running: dict[Job, None] = {}
        self._queues: dict[bool, list[tuple[int, int, Job]]] = {True: [], False: []}
        self._numbers = count()
        self._busy = 0
        self._used: dict[tuple[Run, str], int] = {}
        self._limited: dict[tuple[Run, str], deque[Job]] = {}
        self._parked: list[Job] = []

    def submit(self, job: Job) -> None:
        """A job that is ready to run."""
        queue = self._queues[job.needs_worker]
        heapq.heappush(queue, (-job.cell.subject.task.priority, next(self._numbers), job))

    def pump(self) -> None:
        """Start whatever can start now."""
        self._pump(self._queues[False])
        queue = self._queues[True]
        while queue and self._busy < self.engine.executor.slots:
            self._take(heapq.heappop(queue)[2])

    def waiting(self) -> list[Job]:
        """The jobs that are ready and have not what they need."""
        queued = [job for queue in self._queues.values() for _, _, job in queue]
        limited = [job for jobs in self._limited.values() for job in jobs]
        return [job for job in (*queued, *limited, *self._parked) if not job.is_over]

    def drop(self, run: Run) -> list[Job]:
        """Forget a run's waiting jobs, and give those that run."""
        for job in self.waiting():
            if job.run is run:
                job.is_over = True
        self._parked = [job for job in self._parked if not job.is_over]
        return [job for job in self.running if job.run is run]

    def end(self, job: Job, result: Result) -> None:
        """An attempt that is stopped ends with this; one that has started a run, once that is over."""
        if isinstance(job.turn, ChildTurn) and not job.turn.child.is_over:
            job.turn.end_with(result)
            return
        if job.turn:
            job.turn.stop()
        self.finish(job, result)

    def finish(self, job: Job, result: Result) -> None:
        """An attempt has ended: what it held is free."""
        if job.is_over:
            return
        job.is_over = True
        self.running.pop(job, None)
        if job.timer:
            job.timer.cancel()
        self._busy -= job.needs_worker
        for held in job.held:
            held.release()
        self._free_limit(job)
        if job.held:
            self._unpark()
        if job.after:
            job.after(result)
        job.run.ended(job.cell, result)
        self.engine.touch(job.run)

    def _pump(self, queue: list[tuple[int, int, Job]]) -> None:
        while queue:
            self._take(heapq.heappop(queue)[2])

    def _take(self, job: Job) -> None:
        if job.is_over:
            return
        limit = job.cell.subject.limit
        key = (job.run, job.cell.subject.name)
        if limit is not None and self._used.get(key, 0) >= limit:
            job.wait_for(f"limit {limit}")
            self._limited.setdefault(key, deque()).append(job)
            return
        if not self._hold(job):
            self._parked.append(job)
            if len(self._parked) == 1:
                self.engine.clock.after(RETRY_POOLS, self._look_again)
            return
        if limit is not None:
            self._used[key] = self._used.get(key, 0) + 1
        self._start(job)

    def _start(self, job: Job) -> None:
        self.running[job] = None
        self._busy += job.needs_worker
        job.turn = job.start(job)
        timeout = job.cell.subject.task.timeout
        keeps_time = job.needs_worker and self.engine.executor.keeps_time
        if timeout is not None and not job.is_over and not keeps_time:
            job.timer = self.engine.clock.after(timeout, lambda: self.end(job, TIMED_OUT))

    def _hold(self, job: Job) -> bool:
        """All slots that a job needs, or none."""
        for pool, size, wanted in job.slots:
            held = self.pools.take(pool, size, wanted)
            if held is None:
                job.wait_for(pool if pool.startswith("lock ") else f"pool {pool}")
                for other in job.held:
                    other.release()
                job.held = []
                return False
            job.held.append(held)
        return True

    def _free_limit(self, job: Job) -> None:
        key = (job.run, job.cell.subject.name)
        if key not in self._used:
            return
        self._used[key] -= 1
        queue = self._limited.get(key)
        if queue:
            self.submit(queue.popleft())

    def _unpark(self) -> None:
        parked, self._parked = self._parked, []
        for job in parked:
            self.submit(job)

    def _look_again(self) -> None:
        if self._parked:
            self._unpark()
