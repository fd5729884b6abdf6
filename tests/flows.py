"""Random flows as source, and what the contract says that comes of them.

A `Flow` is a tree of a few small classes, made for this and for nothing else: `source` writes it down in the language,
`Statement` says its outcomes from the tree alone (rules 1 to 4, 6, 8, 10 and 11), with nothing of the compiler or of
the runner. What a task does is fixed by `Flow.does`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from attrs import field, frozen

Index = tuple[int, ...]
BAD = ("failed", "blocked")
HANDLERS = ("failure", "success", "finally")


@frozen
class Edge:
    """How a task follows another: `after`, `done`, `failed`, `or` (its value with `??`), `read` (its value bare)."""

    sort: str
    task: str


@frozen
class Task:
    """A task; `is_guarded`: it has a `when` of its own."""

    name: str
    edges: tuple[Edge, ...] = ()
    retry: int = 0
    is_guarded: bool = False
    has_fallback: bool = False
    items: int | None = None
    """How many elements it lists, where a loop walks over its value."""


@frozen
class If:
    """Two arms; the condition also reads whether the task `asks` was skipped."""

    name: str
    arms: tuple[tuple[Item, ...], tuple[Item, ...]]
    asks: str | None = None


@frozen
class For:
    """A loop over a list in the source (`over` is its length) or over the value of a task."""

    name: str
    over: int | str
    body: tuple[Item, ...]
    tolerate: int = 0


@frozen
class Group:
    """A group; `after` is a task that all of it requires."""

    name: str
    body: tuple[Item, ...]
    after: str | None = None


Item = Task | If | For | Group
Place = tuple[tuple[If | For | Group, int], ...]
"""The blocks around a task, outermost first, each with the number of the arm."""


@frozen
class Flow:
    """A flow; `does` says of a task and its index what it does: `succeeds`, `fails`, `recovers`.

    `off` are the conditions that are false, `handlers` what the handlers read, by when they run.
    """

    body: tuple[Item, ...]
    does: Mapping[str, str] = field(factory=dict[str, str])
    off: frozenset[str] = frozenset()
    handlers: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])

    def behaviour(self, name: str, index: Index) -> str:
        return self.does.get("/".join([name, *map(str, index)]), "succeeds")


def placed(items: Sequence[Item], around: Place = ()) -> Iterator[tuple[Task, Place]]:
    """Every task with its place, in the order of the source."""
    for item in items:
        match item:
            case Task():
                yield item, around
            case If(arms=arms):
                for number, arm in enumerate(arms):
                    yield from placed(arm, (*around, (item, number)))
            case For(body=body) | Group(body=body):
                yield from placed(body, (*around, (item, 0)))


def loops(place: Place) -> tuple[For, ...]:
    return tuple(block for block, _ in place if isinstance(block, For))


# ------------------------------------------------------------------ as source

WORK = '''\
import json
from pathlib import Path


def act(name: str, items: int, *given) -> list[str]:
    """Do what `does.json` says; the value tells what was given."""
    behaviour = json.loads(Path("does.json").read_text()).get(name, "succeeds")
    tried = Path("tried_" + name.replace("/", "_"))
    if behaviour == "recovers" and not tried.exists():
        tried.touch()
        raise RuntimeError("the first attempt")
    if behaviour == "fails":
        raise RuntimeError("every attempt")
    return [str(number) for number in range(items)] if items >= 0 else [name, json.dumps(list(given))]
'''


def source(flow: Flow) -> str:
    """The flow in the language."""
    full = {task.name: _full(task, place) for task, place in placed(flow.body)}
    lines = [*_lines(flow.body, (), "  ", full), *_handlers(flow, full)]
    return "\n".join(["flow fuzzed(off: list[str] = []) {", *lines, "}", ""])


def _handlers(flow: Flow, full: Mapping[str, str]) -> Iterator[str]:
    for moment, reads in flow.handlers.items():
        given = "".join(f", {full[name]} ?? null" for name in reads)
        call = f'python fuzz_work:act("on_{moment}", -1{given}) -> list[str]'
        head = moment if moment == "finally" else f"on {moment}"
        yield f"  {head} {{ task on_{moment} = {call} }}"


def _full(task: Task, place: Place) -> str:
    return ".".join([*(block.name for block, _ in place if isinstance(block, Group)), task.name])


def _lines(items: Sequence[Item], around: Place, indent: str, full: Mapping[str, str]) -> Iterator[str]:
    for item in items:
        match item:
            case Task():
                yield from (indent + line for line in _task(item, around, full))
            case If(name, (first, second), asks):
                also = f"{full[asks]} != null and " if asks else ""
                yield f'{indent}if {also}"{name}" not in off {{'
                yield from _lines(first, (*around, (item, 0)), indent + "  ", full)
                if second:
                    yield f"{indent}}} else {{"
                    yield from _lines(second, (*around, (item, 1)), indent + "  ", full)
                yield f"{indent}}}"
            case For(name, over, body, tolerate):
                listed = full[over] if isinstance(over, str) else json.dumps([str(number) for number in range(over)])
                yield f"{indent}for {name} in {listed}{f' tolerate {tolerate}' if tolerate else ''} {{"
                yield from _lines(body, (*around, (item, 0)), indent + "  ", full)
                yield f"{indent}}}"
            case Group(name, body, after):
                yield f"{indent}group {name} {{"
                if after:
                    yield f"{indent}  after {full[after]}"
                yield from _lines(body, (*around, (item, 0)), indent + "  ", full)
                yield f"{indent}}}"


def _task(task: Task, around: Place, full: Mapping[str, str]) -> Iterator[str]:
    index = "".join(f"/#{{{loop.name}}}" for loop in loops(around))
    either = [full[edge.task] for edge in task.edges if edge.sort == "or"]
    given = [full[edge.task] for edge in task.edges if edge.sort == "read"]
    given += [" ?? ".join([*either, *(["null"] if len(either) == 1 else [])])] if either else []
    items = -1 if task.items is None else task.items
    arguments = ", ".join([f'"{task.name}{index}"', str(items), *given])
    call = f"python fuzz_work:act({arguments}) -> list[str]"
    clauses = [f"retry {task.retry}"] if task.retry else []
    clauses += [f'when "{task.name}" not in off'] if task.is_guarded else []
    for sort in ("after", "done", "failed"):
        if named := ", ".join(full[edge.task] for edge in task.edges if edge.sort == sort):
            clauses.append(f"after {named}" + ("" if sort == "after" else f", when: {sort}"))
    clauses += [f"fallback {task.name}_f"] if task.has_fallback else []
    yield " ".join([f"task {task.name} = {call}", *clauses])
    if task.has_fallback:
        yield f'task {task.name}_f = python fuzz_work:act("{task.name}_f{index}", {items}) -> list[str]'


# ------------------------------------------------------------------ what the contract says


@frozen
class End:
    """What an instance came to."""

    outcome: str
    attempts: int = 0
    value: object = None


class Statement:
    """What every instance of a flow comes to."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.tasks = {task.name: (task, place) for task, place in placed(flow.body)}
        self.end = cache(self._end)

    def lines(self) -> list[str]:
        """The lines of the trace, columns two blanks apart."""
        found: dict[tuple[str, Index], End] = {}
        for name, (task, place) in self.tasks.items():
            for index in self.instances(loops(place), place, ()):
                found[_full(task, place), index] = end = self.end(name, index)
                if task.has_fallback and (end.outcome == "recovered" or (end.outcome == "failed" and end.attempts)):
                    found[_full(task, place) + "_f", index] = self.attempt(f"{name}_f", task, index, [], retry=0)
        is_failed = self.is_failed()
        for moment, reads in self.flow.handlers.items():
            if moment == "finally" or (moment == "failure") == is_failed:
                given = [self.value(name, (), ()) for name in reads]
                found[f"on_{moment}", ()] = self.attempt(f"on_{moment}", Task(""), (), given, retry=0)
        told = [_line(name, index, end) for (name, index), end in sorted(found.items(), key=lambda pair: pair[0])]
        return [*told, f"run  {'failed' if is_failed else 'succeeded'}"]

    def is_failed(self) -> bool:
        """Rule 3, with what a `tolerate` covers."""
        return any(self.whole(name, ()) == "failed" for name in self.tasks)

    # -------------------------------------------------------------- loops

    def instances(self, left: Sequence[For], place: Place, index: Index) -> Iterator[Index]:
        """The indexes of a task's instances; short ones where a loop was not entered."""
        depth = len(index)
        if depth == len(left):
            yield index
            return
        size = self.size(left[depth], place, index)
        if size is None:
            yield index
            return
        for number in range(size):
            yield from self.instances(left, place, (*index, number))

    def size(self, loop: For, place: Place, index: Index) -> int | None:
        """How many elements; None where the loop was not entered."""
        if isinstance(loop.over, int):
            return loop.over
        around = place[: next(number for number, (block, _) in enumerate(place) if block is loop)]
        if self.before([("read", loop.over)], [], around, index) is not None:
            return None
        items = self.tasks[loop.over][0].items
        assert items is not None
        return items

    # -------------------------------------------------------------- outcomes

    def _end(self, name: str, index: Index) -> End:
        task, place = self.tasks[name]
        required = [(edge.sort, edge.task) for edge in task.edges if edge.sort in ("after", "or", "read")]
        failing = [edge.task for edge in task.edges if edge.sort == "failed"]
        early = self.before(required, failing, place, index)
        if early is None and task.is_guarded and name in self.flow.off:
            early = "skipped"
        if early is not None:
            return End(early)
        end = self.attempt(name, task, index, self.given(task, place, index), task.retry)
        if end.outcome == "failed" and task.has_fallback:
            spare = self.attempt(f"{name}_f", task, index, [], retry=0)
            if spare.outcome == "succeeded":
                return End("recovered", end.attempts, spare.value)
        return end

    def attempt(self, name: str, task: Task, index: Index, given: list[object], retry: int) -> End:
        behaviour = self.flow.behaviour(name, index)
        if behaviour == "fails" or (behaviour == "recovers" and not retry):
            return End("failed", retry + 1)
        listed = [str(number) for number in range(task.items or 0)]
        said = ["/".join([name, *map(str, index)]), json.dumps(given)]
        return End("succeeded", 2 if behaviour == "recovers" else 1, said if task.items is None else listed)

    def before(
        self, required: Sequence[tuple[str, str]], failing: Sequence[str], place: Place, index: Index
    ) -> str | None:
        """What comes of a thing that does not start: rule 1, in its order."""
        needs = [(sort, self.judged(task, place, index)) for sort, task in required]
        for depth, (block, _) in enumerate(place):
            around = place[:depth]
            match block:
                case If(asks=str(task)):
                    needs.append(("asks", self.judged(task, around, index)))
                case For(over=str(task)):
                    needs.append(("read", self.judged(task, around, index)))
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
            if isinstance(block, If):
                asked = block.asks is None or self.judged(block.asks, place[:depth], index) != "skipped"
                if (asked and block.name not in self.flow.off) != (arm == 0):
                    return "skipped"
        return None

    # -------------------------------------------------------------- upstreams

    def judged(self, name: str, place: Place, index: Index) -> str:
        """A task as one sees it who stands at a place: `failed`, `skipped` or `succeeded`."""
        around, own = loops(place), loops(self.tasks[name][1])
        shared = 0
        while shared < min(len(around), len(own), len(index)) and around[shared] is own[shared]:
            shared += 1
        return self.whole(name, index[:shared])

    def whole(self, name: str, index: Index) -> str:
        place = self.tasks[name][1]
        own = loops(place)
        size = self.size(own[len(index)], place, index) if len(index) < len(own) else None
        if size is None or not self.is_entered(name, index):
            outcome = self.end(name, self.first(name, index)).outcome
            return "failed" if outcome in BAD else "skipped" if outcome == "skipped" else "succeeded"
        ends = [self.whole(name, (*index, number)) for number in range(size)]
        return "failed" if ends.count("failed") > own[len(index)].tolerate else "succeeded"

    def is_entered(self, name: str, index: Index) -> bool:
        """Whether the next loop of a task is entered: nothing around it keeps it from being walked."""
        place = self.tasks[name][1]
        loop = loops(place)[len(index)]
        depth = next(number for number, (block, _) in enumerate(place) if block is loop)
        required = [("read", loop.over)] if isinstance(loop.over, str) else []
        return self.before(required, [], place[:depth], index) is None

    def first(self, name: str, index: Index) -> Index:
        """An index of a loop in the source that was not entered: its instances are all alike."""
        place = self.tasks[name][1]
        return next(self.instances(loops(place), place, index), index)

    def given(self, task: Task, place: Place, index: Index) -> list[object]:
        """The values that a task is called with."""
        found = [self.value(edge.task, place, index) for edge in task.edges if edge.sort == "read"]
        either = [edge.task for edge in task.edges if edge.sort == "or"]
        if either:
            values = (self.value(name, place, index) for name in either)
            found.append(next((value for value in values if value is not None), None))
        return found

    def value(self, name: str, place: Place, index: Index) -> object:
        around, own = loops(place), loops(self.tasks[name][1])
        shared = 0
        while shared < min(len(around), len(own)) and around[shared] is own[shared]:
            shared += 1
        return self.gathered(name, index[:shared])

    def gathered(self, name: str, index: Index) -> object:
        """The values in input order: null for what was skipped, nothing for a failure that is tolerated."""
        own = loops(self.tasks[name][1])
        if len(index) == len(own):
            return self.end(name, index).value
        size = self.size(own[len(index)], self.tasks[name][1], index)
        inner = [(*index, number) for number in range(size or 0)]
        return [self.gathered(name, each) for each in inner if self.whole(name, each) != "failed"]


def _line(name: str, index: Index, end: End) -> str:
    label = name + (f"[{','.join(map(str, index))}]" if index else "")
    value = "" if end.value is None else "  " + json.dumps(end.value, separators=(",", ":"), ensure_ascii=False)
    return f"{label}  {end.outcome}  {end.attempts}{value}"
