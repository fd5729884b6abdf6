"""Random flows as a hypothesis strategy: well-typed, with what their tasks do and which conditions are false."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from random import Random

from hypothesis import strategies as st

from tests.fuzz.tree import (
    HANDLERS,
    Edge,
    Flow,
    For,
    Group,
    If,
    Item,
    Match,
    Place,
    Sub,
    Task,
    blocks,
    chain,
    identity,
    loops,
    placed,
)

MOST = 250
"""Of so many instances it is drawn what they do; all others succeed."""


@st.composite
def flows(draw: st.DrawFn, *, most: int = 8) -> Flow:
    """A flow of `tests.fuzz.tree`."""
    subs: list[Sub] = []
    for number in range(draw(st.sampled_from((0, 0, 1, 2)))):
        writer = _Writer(draw, 4, f"s{number}_", tuple(subs))
        body = writer.items((), 4)
        subs.append(Sub(f"sub_{number}", body, writer.returned()))
    writer = _Writer(draw, most, "", tuple(subs))
    body = writer.items((), most)
    handlers = {moment: writer.handled() for moment in HANDLERS if draw(_RARELY)}
    flow = Flow(body, tuple(subs), handlers=handlers)
    conditions = _conditions(flow)[:MOST]
    off = frozenset(name for name in conditions if draw(_RARELY))
    told = dict.fromkeys(name.partition("/")[0] for name in conditions)
    settled = frozenset(told).difference(name.partition("/")[0] for name in off)
    ends = {name: draw(_ENDS) for name in _instances(flow)[:MOST]}
    return Flow(
        body,
        tuple(subs),
        {name: end for name, end in ends.items() if end != "succeeds"},
        off,
        frozenset(name for name in told if name in settled and draw(_RARELY)),
        {item.name: draw(st.integers(0, 2)) for item in _every(flow) if isinstance(item, Match)},
        handlers,
        renamed(flow, draw(_RANDOMS)) if draw(_RARELY) else {},
    )


_RANDOMS = st.randoms(use_true_random=False)
_RARELY = st.sampled_from((False, False, False, True))
_ENDS = st.sampled_from(("succeeds", "succeeds", "succeeds", "succeeds", "recovers", "fails"))

TRICKY = (
    *("and_", "async", "await", "class", "def", "del", "except", "import", "is", "lambda", "raise", "with"),
    *("None", "True", "self", "cls", "print", "list", "str", "int", "dict", "set", "type", "id", "len", "map", "range"),
    *("json", "os", "sys", "date", "datetime", "Path", "Decimal", "timedelta", "partial", "act", "fuzz_work"),
    *(
        "dag",
        "task",
        "task_group",
        "wait_for",
        "context",
        "ti",
        "xcom",
        "op",
        "job",
        "graph",
        "asset",
        "Definitions",
        "In",
        "kit",
    ),
    *("flow", "state", "return_state", "future", "submit", "wait", "result", "run_id", "params", "config", "dagkit"),
    *("flowkit", "values", "value", "item", "items", "index", "element", "outcome", "outcomes", "group", "match"),
    *("x", "_x", "x_1", "x1", "x__1", "a_b", "main", "start", "end", "finally_", "failure", "success", "retry", "For"),
)
"""Names that stand for something else in Python, in an engine, or in what is generated."""


def renamed(flow: Flow, random: Random) -> dict[str, str]:
    """Other names for its tasks, groups, loops and flows, as far as there are any."""
    named = {item.name for item in _every(flow) if isinstance(item, For | Group | Task)}
    own = sorted(name for name in {*named, *(sub.name for sub in flow.subs)} if not name.startswith("fail "))
    return dict(zip(random.sample(own, len(own)), random.sample(TRICKY, len(TRICKY)), strict=False))


def _every(flow: Flow) -> Iterator[Item]:
    """Every block and task, fallbacks too, of the flow and of those that it runs."""
    for body in (flow.body, *(sub.body for sub in flow.subs)):
        for item, _ in blocks(body):
            yield from chain(item) if isinstance(item, Task) else (item,)


def _instances(flow: Flow) -> list[str]:
    """The identities of all instances that there may be."""
    return [*_of(flow, flow.body, ""), *(f"on_{moment}" for moment in flow.handlers)]


def _of(flow: Flow, body: Sequence[Item], key: str) -> Iterator[str]:
    for first, place in placed(body):
        for task, index in product(chain(first), _indexes(place)):
            own = key + identity(task.name, index)
            yield from _of(flow, flow.sub(task.runs).body, f"{own}:") if task.runs else (own,)


def _indexes(place: Place) -> Iterator[tuple[int, ...]]:
    """No list is longer than three."""
    return product(*(range(loop.over if isinstance(loop.over, int) else 3) for loop in loops(place)))


def _conditions(flow: Flow) -> list[str]:
    return [
        identity(item.name, index)
        for body in (flow.body, *(sub.body for sub in flow.subs))
        for item, place in blocks(body)
        if isinstance(item, If) or (isinstance(item, Task | Group) and item.is_guarded)
        for index in _indexes(place)
    ]


Around = tuple[tuple[str, str, int], ...]
"""The blocks around a place: `if`, `match`, `for` or `group`, the name, the arm."""

COMMON = ("names", "names", "names", "names", "0", "1", "3", "null", "silent")
KINDS = ("int", "float", "bool", "text", "map", "date", "datetime", "duration", "decimal", "bytes", "path", "pair")


class _Writer:
    """Writes the blocks of one flow; a task may follow what stands before it."""

    def __init__(self, draw: st.DrawFn, most: int, prefix: str, subs: tuple[Sub, ...]) -> None:
        self.draw = draw
        self.left = most
        self.prefix = prefix
        self.subs = subs
        self.blocks = 0
        self.seen: list[tuple[Task, Around]] = []
        self.groups: list[tuple[str, Around]] = []

    # -------------------------------------------------------------- blocks

    def items(self, around: Around, most: int) -> tuple[Item, ...]:
        found = [self.item(around)]
        while self.left > 0 and len(found) < most and not self.draw(_RARELY):
            found.append(self.item(around))
        return tuple(found)

    def item(self, around: Around) -> Item:
        sort = self.draw(st.sampled_from(("task", "task", "task", "task", "if", "match", "for", "for", "group")))
        if len(around) >= 3 or self.left < 2:
            sort = "task"
        self.blocks += sort != "task"
        number = self.blocks
        match sort:
            case "if":
                return self.branch(around, f"{self.prefix}if_{number}")
            case "match":
                return self.match(around, f"{self.prefix}m_{number}")
            case "for":
                return self.loop(around, f"{self.prefix}v{number}")
            case "group":
                return self.group(around, f"{self.prefix}g{number}")
            case _:
                return self.task(around)

    def branch(self, around: Around, name: str) -> If:
        asks = self.asked(around)
        first = self.items((*around, ("if", name, 0)), 2)
        second = self.items((*around, ("if", name, 1)), 2) if self.left > 0 and self.draw(st.booleans()) else ()
        return If(name, (first, second), asks)

    def match(self, around: Around, name: str) -> Match:
        asks = self.asked(around)
        arms: list[tuple[Item, ...]] = []
        last = self.draw(st.integers(1, 2))
        for number in range(last + 1):
            sort = "items" if number == last else self.draw(st.sampled_from(("items", "items", "skip", "fail")))
            if sort == "fail":
                arms.append((Task(f'fail "{name} {number}"', kind="silent"),))
            else:
                inside = (*around, ("match", name, number))
                arms.append(self.items(inside, 2) if sort == "items" and (self.left > 0 or number == last) else ())
        return Match(name, tuple(arms), asks)

    def loop(self, around: Around, name: str) -> For:
        listed = self.one(around, lambda task, rest: task.kind.isdigit() and "for" not in rest)
        over = listed[0].name if listed else self.draw(st.integers(1, 3))
        tolerate = self.draw(st.sampled_from(("0", "0", "0", "1", "2", "0.5")))
        limit = self.draw(st.sampled_from((None, None, 1, 2)))
        is_maybe = listed is not None and _may_be_without(*listed)
        body = self.items((*around, ("for", name, 0)), 3)
        return For(name, over, body, tolerate, limit, is_maybe, self.draw(_RARELY))

    def group(self, around: Around, name: str) -> Group:
        after = self.one(around, lambda task, rest: True)
        is_guarded = self.draw(_RARELY)
        body = self.items((*around, ("group", name, 1 if is_guarded else 0)), 3)
        self.groups.append((name, around))
        return Group(name, body, after[0].name if after else None, is_guarded)

    # -------------------------------------------------------------- tasks

    def task(self, around: Around) -> Task:
        self.left -= 1
        name = f"{self.prefix}t{len(self.seen)}"
        found = self.written(name, around, self.edges(around), is_spare=False)
        self.seen.append((found, around))
        return found

    def written(self, name: str, around: Around, edges: tuple[Edge, ...], *, is_spare: bool, kind: str = "") -> Task:
        deep = sum(sort == "for" for sort, _, _ in around) + bool(
            self.prefix
        )  # each is a run, which takes an engine long
        runs = (
            self.draw(st.sampled_from(self.subs))
            if self.subs and deep <= 1 and not kind and self.draw(_RARELY)
            else None
        )
        if runs:
            found, edges = _calling(runs), tuple(edge for edge in edges if edge.sort in ("after", "done", "failed"))
            edges += self.passed(around, edges)
        else:
            kinds = (*COMMON, *KINDS) if self.draw(_RARELY) else COMMON
            found = Task(name, kind=kind or self.draw(st.sampled_from(kinds)))
        spare = None
        if found.kind not in ("silent", "null") and not found.field and not found.may_be_null and self.draw(_RARELY):
            others = tuple(edge for edge in self.edges(around) if self.draw(_RARELY))
            spare = self.written(f"{name}_f", around, others, is_spare=True, kind=found.kind) if len(name) < 9 else None
        return Task(
            name,
            edges,
            self.draw(st.sampled_from((0, 0, 1))),
            not is_spare and self.draw(st.sampled_from((False, False, True))),
            spare,
            found.kind,
            found.field,
            self.draw(st.sampled_from((None, None, None, "given", "n", "day", "label"))) if not runs else None,
            found.runs,
            found.may_be_null,
        )

    def edges(self, around: Around) -> tuple[Edge, ...]:
        found: list[Edge] = []
        either: str | None = None
        for seen, rest in self.visible(around):
            if self.draw(_RARELY):
                sort = self.draw(st.sampled_from(_sorts(seen, rest)))
                if sort == "or":
                    kind = seen.name if "for" in rest else _read(seen)
                    sort, either = (sort, kind) if either in (None, kind) else ("done", either)
                found.append(Edge(sort, seen.name))
        for name, place in self.groups:
            if _is_visible(place, around) and self.draw(_RARELY):
                found.append(Edge(self.draw(st.sampled_from(("after", "done", "failed"))), name))
        return tuple(found)

    def passed(self, around: Around, edges: Sequence[Edge]) -> tuple[Edge, ...]:
        """The value that another flow is given, if any."""
        taken = {edge.task for edge in edges}
        fits = self.one(
            around, lambda task, rest: _read(task) == "names" and "for" not in rest and task.name not in taken
        )
        return (Edge("or" if _may_be_without(*fits) else "read", fits[0].name),) if fits else ()

    # -------------------------------------------------------------- what stands before

    def visible(self, around: Around) -> list[tuple[Task, tuple[str, ...]]]:
        """What stands before, with the sorts of the blocks around it that are not around the place too."""
        found: list[tuple[Task, tuple[str, ...]]] = []
        for seen, place in self.seen:
            common = _common(around, place)
            if _is_visible(place, around):
                rest = ["if" if kind == "group" and arm else kind for kind, _, arm in place[common:]]
                found.append((seen, tuple(rest)))
        return found

    def one(self, around: Around, fits: Callable[[Task, tuple[str, ...]], bool]) -> tuple[Task, tuple[str, ...]] | None:
        found = [each for each in self.visible(around) if fits(*each)]
        return self.draw(st.sampled_from(found)) if found and self.draw(st.booleans()) else None

    def asked(self, around: Around) -> str | None:
        """A task that may have no value, so that a condition may ask."""
        found = self.one(
            around, lambda task, rest: "for" not in rest and task.kind != "silent" and _may_be_without(task, rest)
        )
        return found[0].name if found else None

    def handled(self) -> tuple[str, ...]:
        """What a handler reads, each with `??`: nothing that stands in a loop."""
        names = [
            seen.name
            for seen, around in self.seen
            if seen.kind != "silent" and all(kind != "for" for kind, _, _ in around)
        ]
        return tuple(name for name in names if self.draw(_RARELY))

    def returned(self) -> tuple[str, ...]:
        """What the flow returns: none, one or two of the tasks that stand in no loop."""
        no = ("silent", "null", "pair")
        fit = [seen for seen, around in self.seen if not any(kind == "for" for kind, _, _ in around)]
        names = [seen.name for seen in fit if seen.kind not in no and not seen.runs]
        return tuple(name for name in names if self.draw(st.booleans()))[:2]


def _calling(sub: Sub) -> Task:
    """A task that runs the flow, as far as that says what it gives."""
    inside = {task.name: (task, place) for task, place in placed(sub.body)}
    if not sub.returns:
        return Task("", kind="silent", runs=sub.name)
    task, place = inside[sub.returns[0]]
    is_maybe = _may_be_without(task, tuple("if" for block, _ in place if not isinstance(block, For)))
    kind = "names" if task.kind.isdigit() else task.kind
    return Task("", kind=kind, field=".a" if len(sub.returns) > 1 else "", runs=sub.name, may_be_null=is_maybe)


def _read(task: Task) -> str:
    """What is read of a task: for `??` only alike goes with alike."""
    return {"pair": "int", "null": "names"}.get(task.kind, "names" if task.kind.isdigit() else task.kind)


def _common(around: Around, place: Around) -> int:
    count = 0
    while count < min(len(around), len(place)) and around[count] == place[count]:
        count += 1
    return count


def _is_visible(place: Around, around: Around) -> bool:
    """Never from the other arm."""
    common = _common(around, place)
    others = [name for _, name, _ in around[common:]]
    return not any(name in others for _, name, _ in place[common:])


def _may_be_skipped(task: Task, rest: tuple[str, ...]) -> bool:
    return task.is_guarded or "if" in rest or "match" in rest


def _may_be_without(task: Task, rest: tuple[str, ...]) -> bool:
    return _may_be_skipped(task, rest) or task.may_be_null or task.kind == "null"


def _sorts(task: Task, rest: tuple[str, ...]) -> tuple[str, ...]:
    """The ways in which a task may be followed from where it is seen like that."""
    if task.kind == "silent":
        return "after", "done", "failed"
    if "for" in rest:  # what stands in the loop may be skipped for each element: that is a null in the list
        is_whole = not {"if", "match"} & {*rest[: rest.index("for")]}
        return ("after", "done", "failed", "read", "read") if is_whole else ("after", "done", "failed", "or", "or")
    if _may_be_without(task, rest):
        return "after", "done", "failed", "or", "or"
    return "after", "done", "failed", "read", "read"
