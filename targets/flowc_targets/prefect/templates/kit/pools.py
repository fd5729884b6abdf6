"""Pools and locks: concurrency limits of the Prefect server, held by attempts."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from httpx import HTTPStatusError
from prefect.client.orchestration import get_client
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency

from .stopping import attempt

PAUSE = 1.0
"""Seconds until the server is asked again for slots that others hold."""
LOOK = 1.0
"""Seconds until who is not the first of the queue looks whether the run goes on."""
_TAKEN = 423
"""What the server answers where slots are held by others."""


class _Queue:
    """The attempts of this process that wait for one limit; the highest priority asks the server first."""

    def __init__(self) -> None:
        self.waiting: list[Ticket] = []
        self.turn = threading.Condition()


_queues: dict[str, _Queue] = defaultdict(_Queue)
_numbers = itertools.count()


Ticket = tuple[int, int]


def queue(name: str, priority: int = 0) -> Ticket:
    """Queue for a limit; whoever has a ticket has to use it, or to give it back."""
    line, ticket = _queues[name], (-priority, next(_numbers))
    with line.turn:
        heapq.heappush(line.waiting, ticket)
    return ticket


def leave(name: str, ticket: Ticket) -> None:
    """Give a ticket back that may not have been used."""
    line = _queues[name]
    with line.turn:
        if ticket in line.waiting:
            line.waiting.remove(ticket)
            heapq.heapify(line.waiting)
            line.turn.notify_all()


@contextmanager
def holding(
    name: str, slots: int = 1, priority: int = 0, ticket: Ticket | None = None, *, is_lock: bool = False
) -> Iterator[None]:
    """Hold so many slots of a limit. A lock is a limit of one slot, made where it is not there yet.

    NotBegun where the run is stopped meanwhile: who waits for a slot has not started.
    """
    line, mine, stopping = _queues[name], ticket or queue(name, priority), attempt().stopping
    try:
        with stopping.woken() as woken:
            with line.turn:
                while line.waiting[0] != mine:
                    line.turn.wait(LOOK)
                    stopping.begin()
            if is_lock:
                with get_client(sync_client=True) as client:
                    client.upsert_global_concurrency_limit_by_name(name, 1)
            while (held := taken(name, slots)) is None:
                woken.wait(PAUSE)
                stopping.begin()
    finally:
        leave(name, mine)
    with held:
        stopping.begin()
        yield


def taken(name: str, slots: int = 1) -> AbstractContextManager[None] | None:
    """Slots of a limit, held already, if they are free now. Prefect's own wait for them hears of no stop."""
    with ExitStack() as held:
        try:
            held.enter_context(concurrency(name, occupy=slots, max_retries=0, strict=True))
        except ConcurrencySlotAcquisitionError as error:
            if isinstance(error.__cause__, HTTPStatusError) and error.__cause__.response.status_code == _TAKEN:
                return None
            raise
        return held.pop_all()
