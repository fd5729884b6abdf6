"""Pools and locks: concurrency limits of the Prefect server, held by attempts."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency


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
    """Hold so many slots of a limit. A lock is a limit of one slot, made where it is not there yet."""
    line, mine = _queues[name], ticket or queue(name, priority)
    try:
        with line.turn:
            line.turn.wait_for(lambda: line.waiting[0] == mine)
        if is_lock:
            with get_client(sync_client=True) as client:
                client.upsert_global_concurrency_limit_by_name(name, 1)
        held = concurrency(name, occupy=slots, strict=True)
        held.__enter__()
    finally:
        leave(name, mine)
    try:
        yield
    finally:
        held.__exit__(None, None, None)
