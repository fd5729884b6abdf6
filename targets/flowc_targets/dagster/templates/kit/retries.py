"""Pauses between attempts that Dagster's retry policies do not have, and failures that are not to be retried."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal

import dagster as dg

from .failures import failure_of

if TYPE_CHECKING:
    from .deadline import Deadline


@dataclass(frozen=True)
class Backoff:
    """`count` further attempts, with `delay` before each, or a pause that grows with their number.

    `linear`: the delay times the number of the further attempt; `exponential`: doubled each time. `jitter` multiplies
    by 0.5 to 1.5, then `at_most` caps. `on` and `never` are HTTP statuses, exit codes and names of exceptions or their
    bases; `timeout` is the name of a timeout.
    """

    count: int
    delay: timedelta = timedelta(0)
    growth: Literal["constant", "linear", "exponential"] = "constant"
    at_most: timedelta | None = None
    jitter: bool = False
    on: tuple[int | str, ...] = ()
    never: tuple[int | str, ...] = ()

    def retry(self, error: BaseException, context: dg.OpExecutionContext, deadline: Deadline | None = None) -> None:
        """Ask for another attempt, if one is to follow this failure."""
        found = failure_of(error)
        if context.retry_number >= self.count or found.matches(self.never):
            return
        if self.on and not found.matches(self.on):
            return
        pause = self.pause(context.retry_number + 1)
        if deadline is not None and pause >= (left := deadline.left(context)):
            time.sleep(max(0.0, left.total_seconds()))
            return
        context.log.warning(f"attempt {context.retry_number + 1} failed, the next follows in {pause}")
        raise dg.RetryRequested(max_retries=self.count, seconds_to_wait=pause.total_seconds())

    def pause(self, further: int) -> timedelta:
        """The pause before further attempt number `further`, counted from 1."""
        factors = {"constant": 1, "linear": further, "exponential": 2 ** min(further - 1, 60)}
        factor = factors[self.growth] * (random.uniform(0.5, 1.5) if self.jitter else 1)
        longest = self.at_most if self.at_most is not None else timedelta(days=36500)
        seconds = self.delay.total_seconds() * factor
        return longest if seconds >= longest.total_seconds() else timedelta(seconds=seconds)


def retried(backoff: Backoff) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make an op's function be tried again as `backoff` says."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def attempt(context: dg.OpExecutionContext, *args: Any, **named: Any) -> Any:
            try:
                return function(context, *args, **named)
            except (Exception, SystemExit) as error:
                backoff.retry(error, context)
                raise

        return attempt

    return decorate
