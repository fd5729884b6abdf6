"""What happens later: functions that are called when their time has come."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from itertools import count


class Timer:
    """Something that will be called, unless it is cancelled."""

    __slots__ = ("call", "when")

    def __init__(self, when: float, call: Callable[[], None]) -> None:
        self.when = when
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self.call = None


class Clock:
    """Timers by their time, on a clock that never goes back."""

    is_real = True
    """Whether time goes on by itself, so that others may do something meanwhile."""

    def __init__(self) -> None:
        self._timers: list[tuple[float, int, Timer]] = []
        self._numbers = count()

    def now(self) -> float:
        """Seconds, from whenever."""
        return time.monotonic()

    def instant(self) -> datetime:
        """What the clock on the wall shows."""
        return datetime.now(timezone.utc)

    def after(self, delay: timedelta | float, call: Callable[[], None]) -> Timer:
        """Call a function after a delay (seconds, where it is a number)."""
        seconds = delay.total_seconds() if isinstance(delay, timedelta) else delay
        timer = Timer(self.now() + seconds, call)
        heapq.heappush(self._timers, (timer.when, next(self._numbers), timer))
        return timer

    def wait(self) -> float | None:
        """Seconds until the next one is due; None if there is none."""
        while self._timers and self._timers[0][2].call is None:
            heapq.heappop(self._timers)
        return max(0.0, self._timers[0][0] - self.now()) if self._timers else None

    def ring(self) -> None:
        """Call what is due."""
        now = self.now()
        while self._timers and self._timers[0][0] <= now:
            call = heapq.heappop(self._timers)[2].call
            if call:
                call()


class Leaping(Clock):
    """A clock that begins at an instant and stands still while something is done: then it leaps to what is due next."""

    is_real = False

    def __init__(self, begin: datetime) -> None:
        super().__init__()
        self._begin = begin
        self._passed = 0.0

    def now(self) -> float:
        return self._passed

    def instant(self) -> datetime:
        return self._begin + timedelta(seconds=self._passed)

    def wait(self) -> float | None:
        """No time at all, and it is later."""
        found = super().wait()
        if found is None:
            return None
        self._passed = max(self._passed, self._timers[0][0])
        return 0.0
