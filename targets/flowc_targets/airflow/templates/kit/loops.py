"""Loops: the elements that tasks are mapped over, and what the instances gave, as one list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import floor
from typing import Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from .states import FAILED, SKIPPED, SUCCEEDED, colour, states_of
from .texts import plain
from .types import MapOf, OptionalOf
from .types import of as type_of
from .values import conform
from .xcom import VERDICT, to_xcom

Context = Mapping[str, Any]
Element = Mapping[str, Any]


def elements(value: Any, type: str) -> list[Any]:
    """The elements of a list, or `{"key", "value"}` of each entry of a map by its keys; of null the loop is skipped."""
    if value is None:
        raise AirflowSkipException("there is no list")
    found = type_of(type)
    if isinstance(found, OptionalOf):
        found = found.item
    if isinstance(found, MapOf):
        entries = conform(value, found)
        return [{"key": key, "value": plain(entries[key], found.value)} for key in sorted(entries)]
    return to_xcom(value, type)


def gather(
    context: Context,
    task: str,
    over: int | Sequence[Element],
    *,
    within: Sequence[int] = (),
    tolerate: Sequence[float] = (0,),
    checks: Iterable[str] = (),
) -> list[Any]:
    """The values of a mapped task in the order of its input: null for a skipped element, none for a tolerated failure.

    `over` is the number of elements, or of nested loops their elements, of which those `within` are taken. Blocks what
    follows where more have failed than is tolerated, by level.
    """
    found = [{"index": [number]} for number in range(over)] if isinstance(over, int) else over
    taken = [(tuple(each["index"]), number, each) for number, each in enumerate(found)]
    here = [each for each in taken if each[0][: len(within)] == tuple(within)]
    instances = _instances(context, task, tuple(checks)) if here else {}
    worst, value = _gathered(context, task, here, len(within), tuple(tolerate), instances)
    if worst == FAILED:
        raise AirflowFailException(f"{task}: more have failed than is tolerated")
    if worst == SKIPPED:
        raise AirflowSkipException(f"{task}: its loop was not entered")
    return value


def tolerated(tolerate: float, count: int) -> int:
    """How many of so many elements may fail: a whole number as it is, a fraction of them in exact decimals."""
    return floor(Decimal(repr(tolerate)) * count) if isinstance(tolerate, float) else tolerate


def flatten(
    context: Context,
    each: str,
    outer: Sequence[Any],
    *,
    depth: int = 2,
    keyed: Sequence[bool] = (False, False),
    static: int | None = None,
) -> list[Element]:
    """Every element of the loop at a depth for every element of those around it.

    `outer` are the elements around, `each` the task that made a list for each of them; `keyed` says which of the loops
    go over maps. `static` is the length of a list that is written in the source: its elements are there even where the
    loop is not entered.
    """
    around = list(outer) if depth > 2 else [_first(number, item, keyed[0]) for number, item in enumerate(outer)]
    states = states_of(context, each) if outer else {}
    found: list[Element] = []
    for number, element in enumerate(around):
        state = states.get(number, states.get(-1))
        if "not_entered" in element or state != "success":
            why = element.get("not_entered") or ("skipped" if state == "skipped" else "failed")
            found += _not_entered(element, number, why, static)
        else:
            items: list[Any] = pull_at(context, each, number) or []
            found += [_inner(element, number, index, *_pair(item, keyed[-1])) for index, item in enumerate(items)]
    return found


def pull_at(context: Context, task: str, index: int, key: str = "return_value") -> Any:
    """What an instance of a mapped task has left in an XCom."""
    return context["ti"].xcom_pull(task_ids=task, map_indexes=index, key=key)


def _pair(item: Any, keyed: bool) -> tuple[Any, Any]:
    return (item["value"], item["key"]) if keyed else (item, None)


def _first(number: int, item: Any, keyed: bool) -> Element:
    value, key = _pair(item, keyed)
    return {"index": [number], "at": [], "items": [value], "keys": [key]}


def _inner(around: Element, number: int, index: int, item: Any, key: Any) -> Element:
    return {
        "index": [*around["index"], index],
        "at": [*around["at"], number],
        "items": [*around["items"], item],
        "keys": [*around["keys"], key],
    }


def _not_entered(around: Element, number: int, why: str, static: int | None) -> list[Element]:
    """The element around where nothing is known below it, or the elements of a list in the source."""
    at = [*around["at"], number]
    if static is None or ("not_entered" in around and not around.get("whole")):
        return [{"index": around["index"], "at": at, "not_entered": why}]
    indexes = [[*around["index"], index] for index in range(static)]
    return [{"index": index, "at": at, "not_entered": why, "whole": True} for index in indexes]


def _instances(context: Context, task: str, checks: tuple[str, ...]) -> dict[int, int]:
    """What each instance is to who waits for it, its checks considered, by map index."""
    found = {index: colour(state) for index, state in states_of(context, task).items()}
    for check in checks:
        for index, state in states_of(context, check).items():
            said = colour(state)
            if said == SKIPPED and not pull_at(context, check, index, VERDICT):
                said = SUCCEEDED
            found[index] = max(found.get(index, SUCCEEDED), said)
    return found


_Taken = tuple[tuple[int, ...], int, Element]


def _gathered(
    context: Context,
    task: str,
    taken: list[_Taken],
    depth: int,
    tolerate: tuple[float, ...],
    instances: Mapping[int, int],
) -> tuple[int, Any]:
    """What the elements below a level are together, and their values."""
    if not tolerate:
        ((_, number, _),) = taken
        found = instances.get(number, instances.get(-1, FAILED))
        return found, pull_at(context, task, number) if found == SUCCEEDED else None
    outside = [each for index, _, each in taken if "not_entered" in each and _ends(each) == depth]
    if outside and len(outside) == len(taken):
        return max(SKIPPED if each["not_entered"] == "skipped" else FAILED for each in outside), None
    numbers = sorted({index[depth] for index, _, _ in taken})
    parts = [
        _gathered(context, task, [each for each in taken if each[0][depth] == n], depth + 1, tolerate[1:], instances)
        for n in numbers
    ]
    failed = sum(found == FAILED for found, _ in parts)
    worst = FAILED if failed > tolerated(tolerate[0], len(parts)) else SUCCEEDED
    return worst, [value for found, value in parts if found != FAILED]


def _ends(element: Element) -> int:
    """The level at which a loop was not entered."""
    return len(element["index"]) - (1 if element.get("whole") else 0)
