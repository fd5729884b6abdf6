"""What has become of the tasks of a run, as those see it who wait for them.

Everything is asked for by name and index, worked out once, and awaited by all who ask. An index that is shorter than a
task's loops are deep means all elements below it; where a loop was not entered, its tasks stand there once instead.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from . import rules
from .graph import Arm, Choice, Group, Index, Loop, Need, Node, Place, Seen
from .rules import Colour, Gate, Outcome

Async = Coroutine[Any, Any, Any]


@dataclass
class Ended:
    """A task instance that has its outcome. `future` is Prefect's, where an attempt was made."""

    outcome: Outcome
    attempts: int = 0
    value: Any = None
    error: str | None = None
    future: Any = None


@dataclass
class Chosen:
    """What a choice or a loop came to: the arm's number; the elements, None where it was not entered."""

    gate: Gate
    arm: int | None = None
    items: Sequence[Any] | None = None
    keys: Sequence[str] | None = None


@dataclass(frozen=True)
class Reader:
    """A task, choice or loop at an index: it meets others on the element of the loops that both stand in."""

    place: Place
    index: Index

    def at(self, other: Place) -> Index:
        """The index at which it meets another."""
        return self.index[: _shared(self.place, other)]


class Judge:
    """Colours, gates and values. What runs tasks is the driver, which says how a place is settled."""

    def __init__(self) -> None:
        self._asked: dict[Hashable, asyncio.Task[Any]] = {}

    @abstractmethod
    async def settle(self, node: Node, index: Index) -> Ended:
        """Run a task instance, or find that it does not run."""

    @abstractmethod
    async def choose(self, choice: Choice, index: Index) -> Chosen:
        """Choose an arm."""

    @abstractmethod
    async def list(self, loop: Loop, index: Index) -> Chosen:
        """Evaluate a loop's list."""

    # -------------------------------------------------------------- asked once, awaited by many

    async def ended(self, node: Node, index: Index) -> Ended:
        """The outcome of an instance."""
        return await self._once((node, index), lambda: self.settle(node, index))

    async def chosen(self, choice: Choice, index: Index) -> Chosen:
        """The arm that was chosen."""
        return await self._once((choice, index), lambda: self.choose(choice, index))

    async def entered(self, loop: Loop, index: Index) -> Chosen:
        """The elements of a loop."""
        return await self._once((loop, index), lambda: self.list(loop, index))

    async def _once(self, key: Hashable, make: Callable[[], Async]) -> Any:
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(make())
        return await self._asked[key]

    # -------------------------------------------------------------- gates

    async def gate(self, reader: Reader) -> Gate:
        """Whether something may run, once all that it waits for has ended."""
        found = await _all([self._around(reader), *(self._need(need, reader) for need in reader.place.needs)])
        return max(found)

    async def _around(self, reader: Reader) -> Gate:
        if not reader.place.around:
            return Gate.OPEN
        around = reader.place.around[-1]
        if isinstance(around, Loop):
            return (await self.entered(around, reader.at(around))).gate
        found = await self.chosen(around.choice, reader.at(around.choice))
        if found.gate is Gate.OPEN and found.arm != around.number:
            return Gate.SKIPPED
        return found.gate

    async def _need(self, need: Need, reader: Reader) -> Gate:
        return rules.gate(need.role, await _all([self.colour(each, reader) for each in need.upstreams]))

    # -------------------------------------------------------------- colours

    async def colour(self, seen: Seen, reader: Reader) -> Colour:
        """An upstream as a reader sees it."""
        if isinstance(seen.of, Group):
            outside = [check for check in seen.checks if check not in seen.of.members]
            checks = [self._check(check, [reader]) for check in outside]
            return max(await _all([self._group(seen.of, reader), *checks]))
        return await self._colour_at(Reader(seen.of, reader.at(seen.of)), seen.checks, reader)

    async def _colour_at(self, cell: Reader, checks: Sequence[Node], reader: Reader) -> Colour:
        """The worst of a task's own outcome and its checks'; elements below are judged alone."""
        below: list[Node] = []
        if await self._elements(cell) is not None:
            below = [check for check in checks if _shared(check, cell.place) > len(cell.index)]
        here = [self._check(check, [cell, reader]) for check in checks if check not in below]
        return max(await _all([self._alone(cell, below, reader), *here]))

    async def _alone(self, cell: Reader, checks: Sequence[Node], reader: Reader) -> Colour:
        cells = await self._elements(cell)
        if cells is None:
            return rules.colour((await self.ended(_node(cell), cell.index)).outcome)
        loop = cell.place.loops[len(cell.index)]
        elements = await _all([self._colour_at(each, checks, reader) for each in cells])
        entered = await self.entered(loop, cell.index)
        if entered.gate is Gate.OPEN:
            return rules.mapped(elements, loop.tolerate)
        outside = Colour.FAILED if entered.gate is Gate.BLOCKED else Colour.SKIPPED
        return max(elements, default=outside)

    async def _elements(self, cell: Reader) -> list[Reader] | None:
        """The instances or parts one level below; None where the cell is an instance itself."""
        loops = cell.place.loops
        if len(cell.index) == len(loops):
            return None
        entered = await self.entered(loops[len(cell.index)], cell.index)
        if entered.items is None:
            return None
        return [Reader(cell.place, (*cell.index, number)) for number in range(len(entered.items))]

    async def _check(self, check: Node, cells: Sequence[Reader]) -> Colour:
        """A check's verdict, of the element of those loops that it shares with the task, or with the reader."""
        best = max(cells, key=lambda cell: _shared(check, cell.place))
        cell = Reader(check, best.at(check))
        if await self._elements(cell) is not None:
            return await self._alone(cell, [], best)
        found = await self.ended(check, cell.index)
        return rules.verdict(found.outcome, found.attempts)

    async def _group(self, group: Group, reader: Reader) -> Colour:
        cells = [Reader(member, reader.at(member)) for member in group.members]
        colours = await _all([self._alone(cell, [], reader) for cell in cells])
        outcomes = [ended.outcome for cell in cells for ended in (await self.instances(cell)).values()]
        return rules.grouped(colours, outcomes)

    # -------------------------------------------------------------- instances, values

    async def instances(self, cell: Reader) -> dict[tuple[str, Index], Ended]:
        """All instances of a task at and below an index."""
        cells = await self._elements(cell)
        if cells is None:
            return {(_node(cell).name, cell.index): await self.ended(_node(cell), cell.index)}
        found: dict[tuple[str, Index], Ended] = {}
        for part in await _all([self.instances(each) for each in cells]):
            found |= part
        return found

    async def value(self, seen: Seen, reader: Reader) -> Any:
        """What a task gave: outside of its loops the list of that, without failures, None where one was skipped."""
        assert isinstance(seen.of, Node)
        return await self._value(Reader(seen.of, reader.at(seen.of)), seen.checks, reader)

    async def _value(self, cell: Reader, checks: Sequence[Node], reader: Reader) -> Any:
        if await self._colour_at(cell, checks, reader) is not Colour.SUCCEEDED:
            return None
        cells = await self._elements(cell)
        if cells is None:
            return (await self.ended(_node(cell), cell.index)).value
        if (await self.entered(cell.place.loops[len(cell.index)], cell.index)).gate is not Gate.OPEN:
            return None
        lives = [each for each in cells if await self._colour_at(each, checks, reader) is not Colour.FAILED]
        return [await self._value(each, checks, reader) for each in lives]


def _node(cell: Reader) -> Node:
    assert isinstance(cell.place, Node)
    return cell.place


def _shared(place: Place, other: Place) -> int:
    """How many loops, from the outermost in, both stand in."""
    count = 0
    for loop, another in zip(place.loops, other.loops):  # noqa: B905 - as far as both go
        if loop is not another:
            break
        count += 1
    return count


async def _all(asked: Iterable[Async]) -> list[Any]:
    return list(await asyncio.gather(*asked))


__all__ = ["Arm", "Chosen", "Ended", "Judge", "Reader"]
