"""Loops: the elements that tasks are mapped over, and what the instances gave, as one list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from math import floor
from typing import Any

from .exceptions import AirflowFailException, AirflowSkipException
from .states import FAILED, SKIPPED, SUCCEEDED, colour, colour_of, state_of, states_of
from .types import MapOf, OptionalOf
from .types import of as type_of
from .wire import to_xcom
from .xcom import INSTANCES, VERDICT, pull_at, value_of_flow_at

Context = Mapping[str, Any]
Element = Mapping[str, Any]
Index = tuple[int, ...]


def elements(value: Any, type: str) -> list[Any]:
    """The elements of a list, or `{"key", "value"}` of each entry of a map by its keys; of null the loop is skipped."""
    if value is None:
        raise AirflowSkipException("there is no list")
    found = type_of(type)
    if isinstance(found, OptionalOf):
        found = found.item
    held = to_xcom(value, type)
    return [{"key": key, "value": held[key]} for key in sorted(held)] if isinstance(found, MapOf) else held


def gather(
    context: Context,
    task: str,
    *levels: int | Sequence[Element],
    within: Sequence[int] = (),
    tolerate: Sequence[float] = (),
    checks: Iterable[str] = (),
    runs: bool = False,
    entered: str | None = None,
    tells: bool = False,
) -> list[Any]:
    """The values of a mapped task in the order of its input: null for a skipped element, none for a tolerated failure.

    `levels` are the loops from the outermost in: how many elements it has, or of a flattened one its elements, of which
    those `within` an element around are taken. `tolerate` is what each level tolerates; more failures block what
    follows. `runs`: the task runs another DAG, and its values are what that returned. `entered` is the task that lets a
    loop be entered whose list is in the source. Where it was not, an instance that was blocked all the same blocks.
    `tells`: a group asks what the instances came to.
    """
    found = [_Level(level) for level in levels]
    instances = _instances(context, task, tuple(checks))
    read = value_of_flow_at if runs else pull_at
    tolerates = [*tolerate, *([0] * len(levels))][: len(levels)]
    all_of = _Gathered(found, tolerates, instances, len(within), lambda number: read(context, task, number))
    worst, value = all_of.below(tuple(within))
    if tells:
        context["ti"].xcom_push(key=INSTANCES, value=sorted(all_of.met))
    door = colour_of(context, entered) if entered else SUCCEEDED
    if door != SUCCEEDED:
        worst = max(door, *instances.values())
    if worst == FAILED:
        raise AirflowFailException(f"{task}: more have failed than is tolerated")
    if worst == SKIPPED:
        raise AirflowSkipException(f"{task}: its loop was not entered")
    return value


def tolerated(tolerate: float, count: int) -> int:
    """How many of so many elements may fail: a whole number as it is, a fraction of them in exact decimals."""
    return floor(Decimal(repr(tolerate)) * count) if isinstance(tolerate, float) else tolerate


def entered(context: Context, each: str, *, keyed: bool = False) -> list[Element]:
    """Every element of a list or, `keyed`, of a map that a task made; where it made none one that tells why.

    What is mapped over a list that was skipped Airflow skips at once, even where something else blocks it.
    """
    state = state_of(context, each)
    if state != "success":
        return [{"index": [], "at": [], "not_entered": _why(state)}]
    return [_first(number, item, keyed) for number, item in enumerate(pull_at(context, each, -1) or [])]


def flatten(
    context: Context,
    each: str,
    outer: Sequence[Any],
    *,
    is_flat: bool = False,
    keyed: Sequence[bool] = (False, False),
    static: int | None = None,
) -> list[Element]:
    """Every element of a loop for every element of those around it.

    `outer` are the elements around, `is_flat` where they tell where they stand, as those that this function gives;
    `each` is the task that made a list for each of them; `keyed` says which of the two loops go over maps. `static` is
    the length of a list that is written in the source: its elements are there even where the loop is not entered.
    """
    around = list(outer) if is_flat else [_first(number, item, keyed[0]) for number, item in enumerate(outer)]
    states = states_of(context, each) if outer else {}
    found: list[Element] = []
    for number, element in enumerate(around):
        state = states.get(number, states.get(-1))
        if "not_entered" in element or state != "success":
            found += _not_entered(element, number, _why(state), static)
        else:
            items: list[Any] = pull_at(context, each, number) or []
            found += [_inner(element, number, index, *_pair(item, keyed[-1])) for index, item in enumerate(items)]
    return found


def _why(state: str | None) -> str:
    return "skipped" if state == "skipped" else "failed"


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


class _Level:
    """The elements of a loop: where each stands among the instances, and which were not entered."""

    def __init__(self, level: int | Sequence[Element]) -> None:
        found = [{"index": [number]} for number in range(level)] if isinstance(level, int) else level
        self.places: dict[Index, int] = {}
        self.outside: dict[Index, int] = {}
        self.counts: dict[Index, int] = {}
        self.not_entered: dict[int, Index] = {}
        for place, element in enumerate(found):
            index = tuple(element["index"])
            around = index[:-1] if "not_entered" not in element or element.get("whole") else index
            if "not_entered" in element:
                self.not_entered[place] = index
                self.outside[around] = SKIPPED if element["not_entered"] == "skipped" else FAILED
            else:
                self.places[index] = place
            if around != index:
                self.counts[around] = self.counts.get(around, 0) + 1


class _Gathered:
    """Instances put together level by level."""

    def __init__(
        self,
        levels: list[_Level],
        tolerate: list[float],
        instances: Mapping[int, int],
        first: int,
        read: Callable[[int], Any],
    ) -> None:
        self.levels = levels
        self.tolerate = tolerate
        self.instances = instances
        self.first = first
        self.read = read
        outside = [index for place, index in levels[-1].not_entered.items() if instances.get(place) == FAILED]
        self.blocked = {index[:end] for index in outside for end in range(len(index) + 1)}
        """Elements that were not entered, and in which the instance was blocked all the same."""
        self.met: set[int] = set()
        """What the instances are that were looked at."""

    def below(self, index: Index) -> tuple[int, Any]:
        """What the elements below an index are together, and their values."""
        depth = len(index) - self.first
        if depth == len(self.levels):
            place = self.levels[-1].places[index]
            found = self.instances.get(place, self.instances.get(-1, FAILED))
            self.met.add(found)
            return found, self.read(place) if found == SUCCEEDED else None
        level = self.levels[depth]
        if index in level.outside:
            found = FAILED if index in self.blocked else level.outside[index]
            self.met.add(found)
            return found, None
        parts = [self.below((*index, number)) for number in range(level.counts.get(index, 0))]
        failed = sum(found == FAILED for found, _ in parts)
        worst = FAILED if failed > tolerated(self.tolerate[depth], len(parts)) else SUCCEEDED
        return worst, [value for found, value in parts if found != FAILED]
