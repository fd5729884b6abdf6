"""The order in which things are written that wait for each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from heapq import heappop, heappush
from typing import TypeVar

UnitT = TypeVar("UnitT", bound=Hashable)


def in_order(
    units: Iterable[UnitT], ups: Callable[[UnitT], Iterable[UnitT]], place: Callable[[UnitT], float]
) -> list[UnitT] | None:
    """Each after all that it waits for, otherwise as they stand in the source; None where they wait in a circle."""
    listed = list(units)
    numbers = {each: number for number, each in enumerate(listed)}
    followers: dict[UnitT, list[UnitT]] = {each: [] for each in listed}
    missing = dict.fromkeys(listed, 0)
    for each in listed:
        for up in set(ups(each)):
            if up in followers:
                followers[up].append(each)
                missing[each] += 1
    ready = sorted((place(each), numbers[each]) for each in listed if not missing[each])
    found: list[UnitT] = []
    while ready:
        _, number = heappop(ready)
        found.append(listed[number])
        for follower in followers[listed[number]]:
            missing[follower] -= 1
            if not missing[follower]:
                heappush(ready, (place(follower), numbers[follower]))
    return found if len(found) == len(listed) else None
