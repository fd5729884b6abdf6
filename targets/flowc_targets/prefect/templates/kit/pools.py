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
        self.waiting: list[tuple[int, int]] = []
        self.turn = threading.Condition()


_queues: dict[str, _Queue] = defaultdict(_Queue)
_numbers = itertools.count()


@contextmanager
def holding(name: str, slots: int = 1, priority: int = 0, *, is_lock: bool = False) -> Iterator[None]:
    """Hold so many slots of a limit. A lock is a limit of one slot, made where it is not there yet."""
    queue, ticket = _queues[name], (-priority, next(_numbers))
    with queue.turn:
        heapq.heappush(queue.waiting, ticket)
        queue.turn.wait_for(lambda: queue.waiting[0] == ticket)
    try:
        if is_lock:
            with get_client(sync_client=True) as client:
                client.upsert_global_concurrency_limit_by_name(name, 1)
        held = concurrency(name, occupy=slots, strict=True)
        held.__enter__()
    finally:
        with queue.turn:
            queue.waiting.remove(ticket)
            heapq.heapify(queue.waiting)
            queue.turn.notify_all()
    try:
        yield
    finally:
        held.__exit__(None, None, None)
