"""Loops: the elements that ops are mapped over, and what the instances came to, as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import wraps
from math import floor
from typing import Any, cast

import dagster as dg

from .failures import failure_of
from .masks import masked
from .outcomes import FAILED, SKIPPED, SUCCEEDED, Absent, Block, Element, Outcome, Skip, said

LOOP = {"elements": dg.DynamicOut(Element), "entered": dg.Out(Outcome)}
"""What an op gives that a loop goes over: each element, and all of them together with whether it was entered."""

Index = tuple[int, ...]


class Rows(dict[Index, Outcome]):
    """What a mapped task came to at each element of the loops around the one that is gathered."""


def loop(*, static: int | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make an op's function, which gives a list or a map, one that a loop goes over.

    Where the list is blocked, skipped or null one element tells so, or as many as are written in the source (`static`).
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def enter(context: dg.OpExecutionContext, *args: Any, **named: Any) -> Iterator[Any]:
            found = entered(lambda: function(context, *args, **named))
            if found.state == "succeeded":
                elements = [Element((n,), (value,), (key,)) for n, (key, value) in enumerate(_pairs(found.value))]
            else:
                elements = _ghosts(Element(()), _why(found), static)
            yield from _given(context, elements, found)

        return _typed(enter, function)

    return decorate


def nested(*, static: int | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make an op's function, which gives what the outer loop goes over and the lists of its elements, one for all of
    the elements of an inner loop: Dagster cannot map inside of what is mapped.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def enter(context: dg.OpExecutionContext, *args: Any, **named: Any) -> Iterator[Any]:
            outer, lists = function(context, *args, **named)
            by_index = {each.index: each for each in lists}
            elements: list[Element] = []
            for around in outer.value:
                own = by_index.get(around.index, outer)
                if around.why or own.colour != SUCCEEDED or own.value is None:
                    elements += _ghosts(around, _why(own), static)
                else:
                    elements += [_inside(around, n, *pair) for n, pair in enumerate(_pairs(own.value))]
            yield from _given(context, elements, outer)

        return _typed(enter, function)

    return decorate


def entered(work: Callable[[], Any]) -> Outcome:
    """What the list of a loop came to; an error in it counts as something that failed."""
    try:
        value = work()
        if not isinstance(value, (list, tuple, dict, range, type(None))):
            raise TypeError(f"a loop goes over a list or a map, found {type(value).__name__}")
        return Outcome("succeeded" if value is not None else "skipped", value)
    except (Skip, Absent) as reason:
        return Outcome("skipped", error=str(reason))
    except Block as reason:
        return Outcome("blocked", error=str(reason))
    except Exception as error:
        return Outcome("blocked", error=masked(failure_of(error).message), is_own=True)


def _typed(wrapper: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """Without the annotation of what the function itself returns."""
    wrapper.__annotations__ = {name: each for name, each in function.__annotations__.items() if name != "return"}
    return wrapper


def _given(context: dg.OpExecutionContext, elements: list[Element], found: Outcome) -> Iterator[Any]:
    for each in elements:
        key = "_".join(map(str, each.index)) + ("" if each.is_whole or not each.why else "_none")
        yield dg.DynamicOutput(each, mapping_key=key.lstrip("_"), output_name="elements")
    told = said(context, replace(found, value=elements))
    yield dg.Output(told.value, output_name="entered", metadata=told.metadata)


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    """Key and value of each; a map in the code point order of its keys."""
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return [(key, entries[key]) for key in sorted(entries)]
    return [(None, item) for item in value]


def _why(found: Outcome) -> Any:
    return "skipped" if found.colour != FAILED else "blocked"


def _inside(around: Element, number: int, key: Any, item: Any) -> Element:
    return Element((*around.index, number), (*around.items, item), (*around.keys, key))


def _ghosts(around: Element, why: Any, static: int | None) -> list[Element]:
    """The element around where nothing is known below it, or the elements of a list in the source."""
    if static is None or (around.why and not around.is_whole):
        return [Element(around.index, around.items, around.keys, why)]
    return [
        Element((*around.index, n), (*around.items, None), (*around.keys, None), why, is_whole=True)
        for n in range(static)
    ]


# ------------------------------------------------------------------ what the instances came to


def tolerated(tolerate: float, count: int) -> int:
    """How many of so many elements may fail: a whole number as it is, a fraction of them in exact decimals."""
    return floor(Decimal(repr(tolerate)) * count) if isinstance(tolerate, float) else tolerate


def gathered(
    instances: Sequence[Outcome],
    *levels: Outcome,
    tolerate: Sequence[float] | None = None,
    checks: Sequence[Sequence[Outcome]] = (),
) -> Outcome:
    """A mapped task as one: its values in a list, level by level, and whether too many of its elements have failed.

    `levels` are the loops around it, outermost first; `checks` judge it element by element.
    """
    return _Gathered(instances, levels, list(tolerate or [0] * len(levels)), checks, 0).at(())


def by_element(
    instances: Sequence[Outcome],
    *levels: Outcome,
    depth: int,
    tolerate: Sequence[float] | None = None,
    checks: Sequence[Sequence[Outcome]] = (),
) -> Rows:
    """The same for each element of the `depth` outermost loops."""
    found = _Gathered(instances, levels, [0] * depth + list(tolerate or [0] * (len(levels) - depth)), checks, depth)
    places = {each.index[:depth]: None for each in levels[depth - 1].value}
    return Rows({index: found.at(index) for index in places})


def at_element(rows: Rows, element: Element) -> Outcome:
    """What a task came to at the element of the loops that it shares with the reader."""
    for end in range(len(element.index), -1, -1):
        if element.index[:end] in rows:
            return rows[element.index[:end]]
    return Outcome("skipped" if element.why == "skipped" else "blocked")


class _Gathered:
    """Instances put together level by level."""

    def __init__(
        self,
        instances: Sequence[Outcome],
        levels: Sequence[Outcome],
        tolerate: list[float],
        checks: Sequence[Sequence[Outcome]],
        depth: int,
    ) -> None:
        self.by_index = {each.index: each for each in sorted(instances, key=lambda each: each.index)}
        self.levels = [_Level(each.value) for each in levels]
        self.tolerate = tolerate
        self.checks = [{each.index: each for each in check} for check in checks]
        self.task = next((each.task for each in instances), "a loop without elements")

    def at(self, index: Index) -> Outcome:
        """What the elements at and below an index are together."""
        if index in self.by_index and len(index) == len(self.levels):
            return self.by_index[index]
        worst, value = self.below(index)
        inside = tuple(each for place, each in self.by_index.items() if place[: len(index)] == index)
        state = ("succeeded", "skipped", "failed")[worst]
        error = next((each.error for each in inside if each.colour == FAILED), None) if worst else None
        return Outcome(state, value if worst == SUCCEEDED else None, error, self.task, index, instances=inside)  # type: ignore[arg-type]

    def below(self, index: Index) -> tuple[int, Any]:
        depth = len(index)
        if depth == len(self.levels):
            return self._instance(index)
        level = self.levels[depth]
        if index in level.outside:
            found = [self._instance(place)[0] for place in self.by_index if place[:depth] == index]
            return max(found, default=SKIPPED if level.outside[index] == "skipped" else FAILED), None
        parts = [self.below((*index, number)) for number in range(level.counts.get(index, 0))]
        failed = sum(found == FAILED for found, _ in parts)
        worst = FAILED if failed > tolerated(self.tolerate[depth], len(parts)) else SUCCEEDED
        return worst, [value for found, value in parts if found != FAILED]

    def _instance(self, index: Index) -> tuple[int, Any]:
        found = self.by_index[index]
        worst = max([found.colour, *(check[index].verdict for check in self.checks if index in check)])
        return worst, found.value if worst == SUCCEEDED else None


class _Level:
    """The elements of a loop: how many there are below each index, and where it was not entered."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self.outside: dict[Index, str] = {}
        self.counts: dict[Index, int] = {}
        for each in elements:
            around = each.index[:-1] if each.is_whole or not each.why else each.index
            if each.why:
                self.outside[around] = each.why
            if around != each.index:
                self.counts[around] = self.counts.get(around, 0) + 1
