"""The critical path of a run: what it could not have ended sooner without."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import frozen

Instance = Mapping[str, Any]


@frozen
class Step:
    """An instance on the path: seconds from the end of the one before to its own start, and from there to its end."""

    instance: Instance
    waited: float
    took: float


def critical_path(
    instances: Sequence[Instance], needs: Mapping[str, Sequence[str]], handlers: Collection[str], began: float
) -> list[Step]:
    """From the first step to the one that ended last; each waits for the one before, which ended last of its needs.

    A handler waits for all that is none. `began` is when the run did, in seconds since 1970.
    """
    ran = [one for one in instances if _end(one) is not None and one["attempts"]]
    of_task: dict[str, list[Instance]] = {}
    for one in ran:
        of_task.setdefault(one["task"], []).append(one)
    found: list[Instance] = []
    last = max(ran, key=_ended, default=None)
    while last is not None:
        found.append(last)
        start = last["attempts"][0]["start"]
        before = [one for name in needs.get(last["task"], ()) for one in of_task.get(name, ()) if _ended(one) <= start]
        if not before and last["task"] in handlers:
            before = [one for one in ran if one["task"] not in handlers and _ended(one) <= start]
        last = max(before, key=_ended, default=None)
    found.reverse()
    ends = [began, *map(_ended, found)]
    return [
        Step(one, max(0.0, one["attempts"][0]["start"] - ends[number]), _ended(one) - one["attempts"][0]["start"])
        for number, one in enumerate(found)
    ]


def _end(one: Instance) -> float | None:
    """When its last attempt ended."""
    return one["attempts"][-1]["end"] if one["attempts"] else None


def _ended(one: Instance) -> float:
    found = _end(one)
    assert found is not None
    return found
