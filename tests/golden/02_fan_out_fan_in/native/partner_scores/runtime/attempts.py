"""Attempts: how one ends, whether another follows, and after which pause (rule 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Union

from .errors import Failure
from .model import Retry


@dataclass(frozen=True)
class Success:
    """An attempt returned; `value` is the value's text, None where the task has no value."""

    value: str | None = None


@dataclass(frozen=True)
class Skip:
    """An attempt found that the task has to be skipped."""

    reason: str = ""


Result = Union[Success, Failure, Skip]  # noqa: UP007 - evaluated on Python 3.10


def tries_again(retry: Retry, attempts: int, failure: Failure) -> bool:
    """Whether a further attempt follows this failure of the last of so many."""
    if attempts > retry.count or failure.matches(tuple(retry.never)):
        return False
    return not retry.on or failure.matches(tuple(retry.on))


def pause(retry: Retry, further: int) -> timedelta:
    """The pause before further attempt number `further`, counted from 1."""
    factors = {"constant": 1, "linear": further, "exponential": 2 ** min(further - 1, 60)}
    factor = float(factors[retry.backoff])
    if retry.jitter:
        from random import uniform

        factor *= uniform(0.5, 1.5)
    longest = retry.max if retry.max is not None else timedelta(days=36500)
    seconds = retry.delay.total_seconds() * factor
    return longest if seconds >= longest.total_seconds() else timedelta(seconds=seconds)


def least_pause(retry: Retry, further: int) -> timedelta:
    """What rule 4 promises: no pause is shorter, jitter or not."""
    from dataclasses import replace

    shortest = pause(replace(retry, jitter=False, max=None), further) * (0.5 if retry.jitter else 1)
    return shortest if retry.max is None else min(shortest, retry.max)
