"""How long an attempt may take, where more than a clock may have a say."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from .errors import AttemptTimeout

LISTEN = 2.0
"""Seconds between looks whether the run has to end."""


@dataclass(frozen=True)
class Limit:
    """So long from now on, or until `look` finds that the run has to end."""

    within: timedelta
    look: Callable[[], bool] | None = None
    began: float = field(default_factory=time.monotonic)

    def pause(self, longest: float) -> float:
        """So many seconds may be waited until the next look; none when the time is over."""
        left = self.began + self.within.total_seconds() - time.monotonic()
        if left <= 0 or (self.look is not None and self.look()):
            return 0.0
        return min(left, longest, LISTEN if self.look is not None else longest)

    def check(self) -> None:
        """AttemptTimeout when the time is over."""
        if not self.pause(1.0):
            raise AttemptTimeout("the time is over")


def limit(timeout: timedelta | Limit) -> Limit:
    """A while as a limit that begins now."""
    return timeout if isinstance(timeout, Limit) else Limit(timeout)
