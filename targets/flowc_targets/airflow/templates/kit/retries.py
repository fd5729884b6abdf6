"""Pauses between attempts that are exact, and failures that are not to be retried.

Airflow's own exponential pauses have a jitter that cannot be turned off.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from airflow.sdk import RetryDecision, RetryPolicy

from .deadline import Deadline
from .failures import failure_in, failure_of


class Backoff(RetryPolicy):
    """`delay` before every further attempt, or a pause that grows with their number.

    `linear`: the delay times the number of the further attempt; `exponential`: doubled each time. `jitter` multiplies
    by 0.5 to 1.5, then `at_most` caps. `on` and `never` are HTTP statuses, exit codes and names of exceptions or their
    bases; `timeout` is the name of a timeout. What would be retried after the `deadline` fails when that comes.

    After an attempt whose process has died Airflow asks no policy: then the task's own `retry_delay` holds.
    """

    def __init__(
        self,
        delay: timedelta = timedelta(0),
        growth: Literal["constant", "linear", "exponential"] = "constant",
        *,
        at_most: timedelta | None = None,
        jitter: bool = False,
        on: tuple[int | str, ...] = (),
        never: tuple[int | str, ...] = (),
        deadline: Deadline | None = None,
    ) -> None:
        self.delay = delay
        self.growth = growth
        self.at_most = at_most
        self.jitter = jitter
        self.on = on
        self.never = never
        self.deadline = deadline

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Mapping[str, Any] | None = None
    ) -> RetryDecision:
        """Whether another attempt follows, and after which pause."""
        failure = failure_in(context, exception) if context else failure_of(exception)
        if failure.matches(self.never) or (self.on and not failure.matches(self.on)):
            return RetryDecision.fail("not to be retried")
        pause = self.pause(try_number)
        if self.deadline and context and pause >= (left := self.deadline.left(context)):
            time.sleep(max(0.0, left.total_seconds()))
            return RetryDecision.fail(self.deadline.said(context))
        return RetryDecision.retry(delay=pause)

    def pause(self, further: int) -> timedelta:
        """The pause before further attempt number `further`, counted from 1."""
        factors = {"constant": 1, "linear": further, "exponential": 2 ** min(further - 1, 60)}
        factor = factors[self.growth] * (random.uniform(0.5, 1.5) if self.jitter else 1)
        longest = self.at_most if self.at_most is not None else timedelta(days=36500)
        seconds = self.delay.total_seconds() * factor
        return longest if seconds >= longest.total_seconds() else timedelta(seconds=seconds)

    def serialize(self) -> dict[str, Any]:
        """What Airflow shows of it."""
        return {"delay": self.delay.total_seconds(), "growth": self.growth}
