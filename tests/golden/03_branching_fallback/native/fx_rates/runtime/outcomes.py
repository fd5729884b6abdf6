"""How outcomes follow from outcomes: rules 1, 2, 7 and 11 of the contract, as functions of values.

Upstreams are seen in three colours, since to who waits a recovered one has succeeded and a blocked one has failed. What
waits is then open, skipped or blocked, in this order of weight: so the answer does not depend on who ended first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import IntEnum
from math import floor
from typing import Literal

from .model import Accepts, AnyFailed, AnyOf, Awaits, Need, Requires, Upstream

Outcome = Literal["succeeded", "recovered", "failed", "skipped", "blocked"]


class Colour(IntEnum):
    """What an upstream is to who waits for it; the worse the greater."""

    SUCCEEDED = 0
    SKIPPED = 1
    FAILED = 2


class Gate(IntEnum):
    """Whether something may run; of several answers the greatest holds."""

    OPEN = 0
    SKIPPED = 1
    BLOCKED = 2


_COLOURS = {
    "succeeded": Colour.SUCCEEDED,
    "recovered": Colour.SUCCEEDED,
    "skipped": Colour.SKIPPED,
    "failed": Colour.FAILED,
    "blocked": Colour.FAILED,
}


def colour(outcome: str) -> Colour:
    """The colour of an outcome."""
    return _COLOURS[outcome]


def gate(needs: Iterable[Need], colour_of: Callable[[Upstream], Colour]) -> Gate:
    """What the needs say together."""
    return max((_gate(need, colour_of) for need in needs), default=Gate.OPEN)


def _gate(need: Need, colour_of: Callable[[Upstream], Colour]) -> Gate:
    colours = [colour_of(upstream) for upstream in need.upstreams]
    if isinstance(need, Awaits):
        return Gate.OPEN
    if isinstance(need, AnyFailed):
        return Gate.OPEN if Colour.FAILED in colours else Gate.SKIPPED
    if Colour.FAILED in colours:
        return Gate.BLOCKED
    if isinstance(need, Requires):
        return Gate.SKIPPED if Colour.SKIPPED in colours else Gate.OPEN
    if isinstance(need, AnyOf):
        return Gate.SKIPPED if all(found is Colour.SKIPPED for found in colours) else Gate.OPEN
    assert isinstance(need, Accepts)
    return Gate.OPEN


def verdict(outcome: str, attempts: int) -> Colour:
    """What a check says of the task that it judges; one that was skipped without an attempt says nothing."""
    if outcome == "skipped" and not attempts:
        return Colour.SUCCEEDED
    return colour(outcome)


def tolerated(tolerate: float, count: int) -> int:
    """How many of so many elements may fail: a whole number as it is, a fraction of them in exact decimals."""
    return floor(Decimal(repr(tolerate)) * count) if isinstance(tolerate, float) else tolerate


def mapped(elements: Iterable[Colour], tolerate: float) -> Colour:
    """A mapped task as an upstream: failed if more elements are than is tolerated, else succeeded."""
    found = list(elements)
    failed = sum(element is Colour.FAILED for element in found)
    return Colour.FAILED if failed > tolerated(tolerate, len(found)) else Colour.SUCCEEDED


def grouped(members: Iterable[Colour], instances: Iterable[str]) -> Colour:
    """A group as an upstream: failed if a member is, skipped if it has instances and all are, else succeeded."""
    if Colour.FAILED in members:
        return Colour.FAILED
    found = set(instances)
    return Colour.SKIPPED if found == {"skipped"} else Colour.SUCCEEDED
