"""How outcomes follow from outcomes, as functions of values.

An upstream is seen in one of three colours: to who waits, a recovered one has succeeded and a blocked one has failed.
What waits is then open, skipped or blocked, and of several answers the gravest holds: so it does not matter who ended
first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import IntEnum
from math import floor
from typing import Literal

Outcome = Literal["succeeded", "recovered", "failed", "skipped", "blocked"]


class Colour(IntEnum):
    """What an upstream is to who waits for it."""

    SUCCEEDED = 0
    SKIPPED = 1
    FAILED = 2


class Gate(IntEnum):
    """Whether something may run."""

    OPEN = 0
    SKIPPED = 1
    BLOCKED = 2


_COLOURS = {"succeeded": Colour.SUCCEEDED, "recovered": Colour.SUCCEEDED, "skipped": Colour.SKIPPED}


def colour(outcome: str) -> Colour:
    """The colour of an outcome."""
    return _COLOURS.get(outcome, Colour.FAILED)


def gate(role: str, colours: Sequence[Colour]) -> Gate:
    """What a need says, by the colours of its upstreams."""
    if role == "awaits":
        return Gate.OPEN
    if role == "any_failed":
        return Gate.OPEN if Colour.FAILED in colours else Gate.SKIPPED
    if Colour.FAILED in colours:
        return Gate.BLOCKED
    if role == "requires":
        return Gate.SKIPPED if Colour.SKIPPED in colours else Gate.OPEN
    if role == "any_of":
        return Gate.SKIPPED if set(colours) == {Colour.SKIPPED} else Gate.OPEN
    return Gate.OPEN


def verdict(outcome: str, attempts: int) -> Colour:
    """What a check says of what it judges; one that was skipped because of something else says nothing."""
    return Colour.SUCCEEDED if outcome == "skipped" and not attempts else colour(outcome)


def mapped(elements: Sequence[Colour], tolerate: float) -> Colour:
    """A mapped task: failed if more of its elements are than is tolerated, else succeeded."""
    return Colour.FAILED if elements.count(Colour.FAILED) > tolerated(tolerate, len(elements)) else Colour.SUCCEEDED


def tolerated(tolerate: float, count: int) -> int:
    """How many of so many elements may fail: a whole number as it is, a fraction of them in exact decimals."""
    return floor(Decimal(repr(tolerate)) * count) if isinstance(tolerate, float) else tolerate


def grouped(members: Iterable[Colour], instances: Iterable[str]) -> Colour:
    """A group: failed if a member is, skipped if it has instances and all are skipped, else succeeded."""
    if Colour.FAILED in members:
        return Colour.FAILED
    return Colour.SKIPPED if set(instances) == {"skipped"} else Colour.SUCCEEDED
