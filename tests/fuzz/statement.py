"""What the contract says that comes of a random flow, from its tree alone.

Rules 1 to 4, 6, 8 to 11, 13 and 14, written to be read beside them, with nothing of the compiler or of the runner.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from tests.fuzz.tree import (
    Choice,
    Flow,
    For,
    Group,
    If,
    Index,
    Item,
    Match,
    Place,
    Sub,
    Task,
    blocks,
    identity,
    loops,
    returns_maybe,
    shared,
)
from tests.fuzz.work import VALUES, told

BAD = ("failed", "blocked")
NOTHING = object()
"""What stands for the value of an instance that has no output."""
GIVEN: Mapping[str, object] = {"given": None, "n": -7, "day": date(2024, 2, 29), "label": 'it\'s "x" #{y}\n'}
"""The params of the whole run."""


@frozen
class End:
    """What an instance came to; `touched` are the identities whose first attempt there has been."""

    outcome: str
    attempts: int = 0
    value: Any = NOTHING
    touched: frozenset[str] = field(default=frozenset())


class Statement:
    """What every instance of a run comes to. `key` stands before the identities of a run that another one started."""

    def __init__(
        self,
        flow: Flow,
        sub: Sub | None = None,
        *,
        key: str = "",
        params: Mapping[str, object] = GIVEN,
        tried: frozenset[str] = frozenset(),
    ) -> None:
        self.flow = flow
        self.sub = sub
        self.key = key
        self.params = params
        self.tried = tried
        body: Sequence[Item] = sub.body if sub else flow.body
        found = list(blocks(body))
        self.tasks = {item.name: (item, place) for item, place in found if isinstance(item, Task)}
        self.groups = {item.name: place for item, place in found if isinstance(item, Group)}
        self.end = cache(self._end)

    # -------------------------------------------------------------- the run

    def lines(self) -> list[str]:
        """The lines of the trace, columns two blanks apart."""
        found = dict(self.ends())
        told = [_line(name, index, end) for (name, index), end in sorted(found.items(), key=lambda pair: pair[0])]
        return [*told, f"run  {'failed' if self.is_failed() else 'succeeded'}"]

    def ends(self) -> Iterator[tuple[tuple[str, Index], End]]:
        """Every instance that leaves a line: fallbacks only where they were due."""
        for name, (task, place) in self.tasks.items():
            for index in self.instances(loops(place), place, ()):
                end, each = self.end(name, index), task
                yield (self.flow.full(name, place), index), end
                while each.fallback and (end.outcome == "recovered" or (end.outcome == "failed" and end.attempts)):
                    each = each.fallback
                    end = self.of(each, place, index)
                    yield (self.flow.full(each.name, place), index), end
        for moment, reads in () if self.sub else self.flow.handlers.items():
            if moment == "finally" or (moment == "failure") == self.is_failed():
                given = [self.value(name, (), ()) for name in reads]
                yield (self.flow.full(f"on_{moment}", ()), ()), self.attempts(Task(f"on_{moment}"), (), given)

    def is_failed(self) -> bool:
        """Rule 3, with what a `tolerate` covers; a null is no value of an output that is not declared so."""
        return any(self.whole(name, ()) == "failed" for name in self.tasks) or any(
            self.value(name, (), ()) is None and not returns_maybe(*self.tasks[name])
            for name in (self.sub.returns if self.sub else ())
        )

    def returned(self) -> object:
        """What a run that succeeded returns."""
        names = self.sub.returns if self.sub else ()
        values = [self.value(name, (), ()) for name in names]
        return dict(zip("ab", values, strict=False)) if len(values) > 1 else values[0] if values else NOTHING

    # -------------------------------------------------------------- loops

    def instances(self, left: Sequence[For], place: Place, index: Index) -> Iterator[Index]:
        """The indexes of a task's instances; short ones where a loop was not entered."""
        depth = len(index)
        size = self.size(left[depth], place, index) if depth < len(left) else None
        if size is None:
            yield index
            return
        for number in range(size):
            yield from self.instances(left, place, (*index, number))

    def size(self, loop: For, place: Place, index: Index) -> int | None:
        """How many elements; None where the loop was not entered."""
        if isinstance(loop.over, int):
            return loop.over
        around = place[: [block for block, _ in place].index(loop)]
        if self.before([(_sort(loop), loop.over)], [], around, index) is not None:
            return None
        if self.judged(loop.over, around, index) == "skipped":
            return 0
        return int(self.tasks[loop.over][0].kind)

    # -------------------------------------------------------------- outcomes

    def _end(self, name: str, index: Index) -> End:
        return self.of(*self.tasks[name], index)

    def of(self, task: Task, place: Place, index: Index) -> End:
        """What an instance comes to; of a fallback, once it is due."""
        required = [(edge.sort, edge.task) for edge in task.edges if edge.sort in ("after", "or", "read")]
        failing = [edge.task for edge in task.edges if edge.sort == "failed"]
        early = self.before(required, failing, place, index)
        if early is None and task.is_guarded and identity(task.name, index) in self.flow.off:
            early = "skipped"
        if early is not None:
            return End(early)
        end = self.attempts(task, index, self.given(task, place, index))
        if end.outcome == "failed" and task.fallback:
            spare = self.of(task.fallback, place, index)
            touched = end.touched | spare.touched
            if spare.outcome in ("succeeded", "recovered"):
                return End("recovered", end.attempts, spare.value, touched)
            return evolve(end, touched=touched)
        return end

    def attempts(self, task: Task, index: Index, given: list[object]) -> End:
        """Rule 4, and 14 for a task that runs a flow: each attempt is a run of its own."""
        own = self.key + identity(task.name, index)
        behaviour = "fails" if task.is_verdict else self.flow.does.get(own, "succeeds")
        touched: frozenset[str] = frozenset()
        for number in range(1, task.retry + 2):
            tried = self.tried | touched
            if task.runs:
                params = {**self.params, "given": given[0] if given else None, "n": 2, "label": "l"}
                child = Statement(self.flow, self.flow.sub(task.runs), key=f"{own}:", params=params, tried=tried)
                touched |= child.touched()
                if not child.is_failed():
                    return End("succeeded", number, child.returned(), touched)
            else:
                is_good = behaviour == "succeeds" or (behaviour == "recovers" and own in tried)
                touched |= {own}
                if is_good:
                    return End("succeeded", number, self.worked(task, own, given), touched)
        return End("failed", task.retry + 1, touched=touched)

    def worked(self, task: Task, own: str, given: list[object]) -> object:
        match task.kind:
            case "names":
                return [own, told(given)]
            case "silent":
                return NOTHING
            case "pair":
                return {"n": 7, "s": "seven"}
            case "float":
                return 3.0
            case number if number.isdigit():
                return [str(each) for each in range(int(number))]
            case kind:
                return VALUES[kind]

    def touched(self) -> frozenset[str]:
        return frozenset().union(*(end.touched for _, end in self.ends()))

    def before(
        self, required: Sequence[tuple[str, str]], failing: Sequence[str], place: Place, index: Index
    ) -> str | None:
        """What comes of a thing that does not start: rule 1, in its order."""
        needs = [(sort, self.judged(task, place, index)) for sort, task in required]
        for depth, (block, _) in enumerate(place):
            around = place[:depth]
            match block:
                case If(asks=str(task)) | Match(asks=str(task)):
                    needs.append(("asks", self.judged(task, around, index)))
                case For(over=str(task)):
                    needs.append((_sort(block), self.judged(task, around, index)))
                case Group(after=str(task)):
                    needs.append(("after", self.judged(task, around, index)))
                case _:
                    pass
        if any(seen == "failed" for _, seen in needs):
            return "blocked"
        either = [seen for sort, seen in needs if sort == "or"]
        if any(seen == "skipped" for sort, seen in needs if sort in ("after", "read")):
            return "skipped"
        if len(either) > 1 and set(either) == {"skipped"}:
            return "skipped"
        if failing and all(self.judged(task, place, index) != "failed" for task in failing):
            return "skipped"
        for depth, (block, arm) in enumerate(place):
            own = identity(block.name, index[: len(loops(place[:depth]))])
            if isinstance(block, If | Match) and self.arm(block, place[:depth], index, own) != arm:
                return "skipped"
            if isinstance(block, Group) and block.is_guarded and own in self.flow.off:
                return "skipped"
        return None

    def arm(self, choice: Choice, around: Place, index: Index, own: str) -> int:
        """The arm that is chosen."""
        last = len(choice.arms) - 1
        if choice.asks is not None and self.value(choice.asks, around, index) is None:
            return last
        if isinstance(choice, If):
            return int(own in self.flow.off)
        return min(self.flow.picks[choice.name], last)

    # -------------------------------------------------------------- upstreams

    def judged(self, name: str, place: Place, index: Index) -> str:
        """A task or group as one sees it who stands at a place: `failed`, `skipped` or `succeeded`."""
        if name in self.groups:
            return self.group(name, place, index)
        return self.whole(name, index[: min(len(index), shared(loops(place), loops(self.tasks[name][1])))])

    def group(self, name: str, place: Place, index: Index) -> str:
        """Rule 2: failed if anything in it is, skipped if all of it is."""
        index = index[: shared(loops(place), loops(self.groups[name]))]
        inside = [task for task, (_, own) in self.tasks.items() if any(block.name == name for block, _ in own)]
        if any(self.whole(task, index) == "failed" for task in inside):
            return "failed"
        outcomes = {
            self.end(task, each).outcome
            for task in inside
            for each in self.instances(loops(self.tasks[task][1]), self.tasks[task][1], index)
        }
        return "skipped" if outcomes == {"skipped"} else "succeeded"

    def whole(self, name: str, index: Index) -> str:
        place = self.tasks[name][1]
        own = loops(place)
        size = self.size(own[len(index)], place, index) if len(index) < len(own) else None
        if size is None or not self.is_entered(name, index):
            outcome = self.end(name, self.first(name, index)).outcome
            return "failed" if outcome in BAD else "skipped" if outcome == "skipped" else "succeeded"
        ends = [self.whole(name, (*index, number)) for number in range(size)]
        allowed = own[len(index)].tolerate
        most = int((Decimal(allowed) * (size if "." in allowed else 1)).to_integral_value(ROUND_FLOOR))
        return "failed" if ends.count("failed") > most else "succeeded"

    def is_entered(self, name: str, index: Index) -> bool:
        """Whether the next loop of a task is entered: nothing around it keeps it from being walked."""
        place = self.tasks[name][1]
        loop = loops(place)[len(index)]
        depth = [block for block, _ in place].index(loop)
        required = [(_sort(loop), loop.over)] if isinstance(loop.over, str) else []
        return self.before(required, [], place[:depth], index) is None

    def first(self, name: str, index: Index) -> Index:
        """An index of a loop in the source that was not entered: its instances are all alike."""
        place = self.tasks[name][1]
        return next(self.instances(loops(place), place, index), index)

    # -------------------------------------------------------------- values

    def given(self, task: Task, place: Place, index: Index) -> list[object]:
        """The values that a task is called with."""
        found = [self.value(edge.task, place, index) for edge in task.edges if edge.sort == "read"]
        either = [edge.task for edge in task.edges if edge.sort == "or"]
        if either:
            values = (self.value(name, place, index) for name in either)
            found.append(next((value for value in values if value is not None), None))
        return [*found, *([self.params[task.param]] if task.param else [])]

    def value(self, name: str, place: Place, index: Index) -> object:
        return self.gathered(name, index[: shared(loops(place), loops(self.tasks[name][1]))])

    def gathered(self, name: str, index: Index) -> object:
        """The values in input order: null for what was skipped, nothing for a failure that is tolerated."""
        task, place = self.tasks[name]
        own = loops(place)
        if len(index) == len(own):
            value = self.end(name, index).value
            if value is NOTHING:
                return None
            return value[task.field[1:] or "n"] if task.field or task.kind == "pair" else value
        if not self.is_entered(name, index) or (size := self.size(own[len(index)], place, index)) is None:
            return None
        inner = [(*index, number) for number in range(size)]
        return [self.gathered(name, each) for each in inner if self.whole(name, each) != "failed"]


def _sort(loop: For) -> str:
    return "maybe" if loop.is_maybe else "read"


# ------------------------------------------------------------------ lines


def _line(name: str, index: Index, end: End) -> str:
    label = name + (f"[{','.join(map(str, index))}]" if index else "")
    return f"{label}  {end.outcome}  {end.attempts}" + ("" if end.value is NOTHING else f"  {_text(end.value)}")


def _text(value: object) -> str:
    """A value as a trace has it: at the top, what is no JSON stands bare."""
    match value:
        case date() | timedelta() | Decimal() | bytes():
            return _bare(value)
        case _:
            return json.dumps(
                value, default=_bare, separators=(",", ":"), ensure_ascii=False, sort_keys=True, allow_nan=False
            )


def _bare(value: object) -> str:
    match value:
        case date():
            return value.isoformat()
        case timedelta():
            assert value == VALUES["duration"]
            return "1h30m"
        case bytes():
            return base64.b64encode(value).decode()
        case Decimal() | Path():
            return str(value)
        case _:
            raise TypeError(value)
