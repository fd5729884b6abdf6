"""Stopping a run before its end: what runs is ended, and what has not begun never does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from .errors import TaskFailure


class Stopped(TaskFailure):
    """An attempt was ended because its run has to end."""


class NotBegun(Stopped):
    """The same, before it has done anything: it counts for none."""


class Stopping:
    """Whether a run has to end: `reason` says why. `until` is when it will at the latest."""

    def __init__(self, until: datetime | None = None) -> None:
        self.until = until
        self.reason: str | None = None
        self._lock = threading.Lock()
        self._enders: set[Callable[[], None]] = set()

    def stop(self, reason: str) -> None:
        """End all that runs."""
        with self._lock:
            if self.reason is not None:
                return
            self.reason = reason
            enders = list(self._enders)
        for end in enders:
            threading.Thread(target=end).start()

    def check(self) -> None:
        """Stopped, if it is time."""
        if self.reason is not None:
            raise Stopped(self.reason)

    def begin(self) -> None:
        """NotBegun, if it is time."""
        if self.reason is not None:
            raise NotBegun(self.reason)

    def left(self) -> timedelta | None:
        """How long until the run is stopped."""
        return None if self.until is None else self.until - datetime.now(timezone.utc)

    @contextmanager
    def handed_on(self, inner: Stopping) -> Iterator[None]:
        """What stops this run cancels the inner one."""

        def cancel() -> None:
            inner.stop("cancelled")

        with self._lock:
            self._enders.add(cancel)
            is_stopped = self.reason is not None
        if is_stopped:
            cancel()
        try:
            yield
        finally:
            with self._lock:
                self._enders.discard(cancel)

    @contextmanager
    def woken(self) -> Iterator[threading.Event]:
        """An event that is set if the run is stopped meanwhile."""
        woken = threading.Event()
        with self._lock:
            self._enders.add(woken.set)
        try:
            self.begin()
            yield woken
        finally:
            with self._lock:
                self._enders.discard(woken.set)

    @contextmanager
    def ended_by(self, end: Callable[[], None]) -> Iterator[None]:
        """Call `end` if the run is stopped meanwhile."""
        with self._lock:
            self._enders.add(end)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._enders.discard(end)


@dataclass(frozen=True)
class Attempt:
    """What an attempt knows of itself: the task instance, and what may stop it."""

    label: str
    stopping: Stopping
    tickets: list[Any] = field(default_factory=list[Any])
    """Its place in the queue for a pool, taken before it was submitted; for the first attempt alone."""

    begun: list[None] = field(default_factory=list[None])
    """One for each attempt that has begun, and was not stopped before it had all that it waits for."""

    def take_ticket(self) -> Any:
        """The ticket, if it has not been used yet."""
        return self.tickets.pop() if self.tickets else None


ATTEMPT: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


def attempt() -> Attempt:
    """The attempt that is going on; one that nothing stops where no graph is run."""
    return ATTEMPT.get() or Attempt("", Stopping())
