"""What happens later: functions that are called when their time has come."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from datetime import timedelta
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

    def __init__(self) -> None:
        self._timers: list[tuple[float, int, Timer]] = []
        self._numbers = count()

    def after(self, delay: timedelta | float, call: Callable[[], None]) -> Timer:
        """Call a function after a delay (seconds, where it is a number)."""
        seconds = delay.total_seconds() if isinstance(delay, timedelta) else delay
        timer = Timer(time.monotonic() + seconds, call)
        heapq.heappush(self._timers, (timer.when, next(self._numbers), timer))
        return timer

    def wait(self) -> float | None:
        """Seconds until the next one is due; None if there is none."""
        while self._timers and self._timers[0][2].call is None:
            heapq.heappop(self._timers)
        return max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None

    def ring(self) -> None:
        """Call what is due."""
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            call = heapq.heappop(self._timers)[2].call
            if call:
                call()
