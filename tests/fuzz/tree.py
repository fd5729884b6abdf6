"""Random flows as trees of a few small classes, made for the fuzzer and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

Index = tuple[int, ...]
HANDLERS = ("failure", "success", "finally")


@frozen
class Edge:
    """How a task follows a task or a group: `after`, `done`, `failed`, `or` (its value with `??`), `read` (bare)."""

    sort: str
    task: str


@frozen
class Task:
    """A task that does what `fuzz_work` does, or that runs another flow.

    `kind` is what is read of it: `names` (a list of texts), a number (a list to loop over), a word of
    `tests.fuzz.work.VALUES`; `field` is what follows its name then. `is_guarded`: it has a `when` of its own.
    `param` is a param of its flow that it reads.
    """

    name: str
    edges: tuple[Edge, ...] = ()
    retry: int = 0
    is_guarded: bool = False
    fallback: Task | None = None
    kind: str = "names"
    field: str = ""
    param: str | None = None
    runs: str | None = None
    may_be_null: bool = False

    @property
    def is_verdict(self) -> bool:
        """`fail "..."` as an arm of a `match`."""
        return self.name.startswith("fail ")


@frozen
class If:
    """Two arms; the condition also reads whether the task `asks` was skipped."""

    name: str
    arms: tuple[tuple[Item, ...], ...]
    asks: str | None = None


@frozen
class Match:
    """Arms for 0, 1, ... and `_` at last; an empty one is `skip`. With `asks` skipped, or null, it is the last one."""

    name: str
    arms: tuple[tuple[Item, ...], ...]
    asks: str | None = None


@frozen
class For:
    """A loop over a list in the source (`over` is its length) or over the value of a task, with `??` where `is_maybe`.

    `tolerate` is a number or, with a point in it, a fraction; `is_numbered`: it takes index and value.
    """

    name: str
    over: int | str
    body: tuple[Item, ...]
    tolerate: str = "0"
    limit: int | None = None
    is_maybe: bool = False
    is_numbered: bool = False


@frozen
class Group:
    """A group; `after` is a task that all of it requires; `is_guarded`: it has a `when`."""

    name: str
    body: tuple[Item, ...]
    after: str | None = None
    is_guarded: bool = False


Choice = If | Match
Block = If | Match | For | Group
Item = Task | Block
Place = tuple[tuple[Block, int], ...]
"""The blocks around a task, outermost first, each with the number of the arm."""


@frozen
class Sub:
    """A flow that others run; `returns` are the tasks whose values it returns, one bare, two as `a` and `b`."""

    name: str
    body: tuple[Item, ...]
    returns: tuple[str, ...] = ()


@frozen
class Flow:
    """A flow with those that it runs.

    `does` says of a task and its index what it does: `succeeds` (where nothing is said), `fails`, or `recovers`; what
    runs in another flow has the name of who runs it before its own (`t1/0:s0_t2`). `off` are the conditions that are
    false, `settled` some of the others, which are written as `true`, `picks` the arms of each `match`; `handlers` what
    the handlers read, by when they run; `called` names in the source that are not those of the tree.
    """

    body: tuple[Item, ...]
    subs: tuple[Sub, ...] = ()
    does: Mapping[str, str] = field(factory=dict[str, str])
    off: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()
    picks: Mapping[str, int] = field(factory=dict[str, int])
    handlers: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])
    called: Mapping[str, str] = field(factory=dict[str, str])

    def sub(self, name: str) -> Sub:
        return next(sub for sub in self.subs if sub.name == name)

    def full(self, task: str, place: Place) -> str:
        """The name of a task in a trace, and from outside of its groups."""
        groups = [block.name for block, _ in place if isinstance(block, Group)]
        return ".".join(self.called.get(name, name) for name in [*groups, task])


def identity(name: str, index: Index) -> str:
    """An instance in `does` and `off`."""
    return "/".join([name, *map(str, index)])


def blocks(items: Sequence[Item], around: Place = ()) -> Iterator[tuple[Item, Place]]:
    """Every task and block with its place, in the order of the source; without fallbacks."""
    for item in items:
        yield item, around
        match item:
            case If(arms=arms) | Match(arms=arms):
                for number, arm in enumerate(arms):
                    yield from blocks(arm, (*around, (item, number)))
            case For(body=body) | Group(body=body):
                yield from blocks(body, (*around, (item, 0)))
            case Task():
                pass


def placed(items: Sequence[Item]) -> Iterator[tuple[Task, Place]]:
    """Every task with its place."""
    for item, place in blocks(items):
        if isinstance(item, Task):
            yield item, place


def chain(task: Task) -> Iterator[Task]:
    """A task, its fallback, that one's fallback ..."""
    yield task
    if task.fallback:
        yield from chain(task.fallback)


def loops(place: Place) -> tuple[For, ...]:
    return tuple(block for block, _ in place if isinstance(block, For))


def shared(around: Sequence[For], own: Sequence[For]) -> int:
    """How many loops are around both of two places."""
    count = 0
    while count < min(len(around), len(own)) and around[count] is own[count]:
        count += 1
    return count


def returns_maybe(task: Task, place: Sequence[tuple[Item, int]]) -> bool:
    """Whether a flow that returns the task's value declares that it may be null."""
    is_beside = all(isinstance(block, For) for block, _ in place)
    return task.is_guarded or task.may_be_null or task.kind == "null" or not is_beside
