"""Random values for properties: any class of the IR, and graphs that keep its invariants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal as Number
from itertools import product
from random import Random
from types import ModuleType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields
from hypothesis import strategies as st

from flowc.ir import actions, expr, graph, types
from flowc.ir.graph import (
    Accepts,
    AnyFailed,
    AnyOf,
    Awaits,
    Decision,
    Graph,
    Group,
    InArm,
    InLoop,
    Loop,
    Need,
    Node,
    Requires,
    Scope,
    Upstream,
)
from flowc.ir.types import INT
from tests.flows import HANDLERS, Edge, Flow, For, If, Item, Task, placed
from tests.flows import Group as Group_
from tests.graphs import check, decision, flow, loop, task

MODULES: tuple[ModuleType, ...] = (graph, actions, types, expr)
CLASSES = tuple(
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and kind.__module__ == module.__name__
)
"""Every class of the IR."""

_FLAT = tuple(kind for kind in CLASSES if kind in (types.Scalar, types.Special, types.Enum, expr.Lit, expr.Secret))
_TEXTS = ("", "a", 'x"y', "it's\n", "#{x}", "\u00e9\u2028", "\\")
_ZONES = (None, UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-3)))


def any_value(hint: object, random: Random, depth: int = 5) -> Any:
    """A value for an annotation of the IR; the deeper, the plainer."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return random.choice(args)
    if origin in (Union, UnionType):
        flat = [arg for arg in args if not isinstance(arg, type) or arg not in CLASSES or arg in _FLAT]
        return any_value(random.choice(flat if depth <= 0 and flat else args), random, depth)
    if origin is tuple and args[-1] is ...:
        return tuple(any_value(args[0], random, depth - 1) for _ in range(random.randint(0, 2) if depth > 0 else 0))
    if origin is tuple:
        return tuple(any_value(arg, random, depth - 1) for arg in args)
    return _constant(hint, random) if hint not in CLASSES else any_instance(hint, random, depth)


def any_instance(kind: Any, random: Random, depth: int = 5) -> Any:
    """An instance of a class of the IR, half of its optional attributes left out. It need not make any sense."""
    hints = get_type_hints(kind)
    given: dict[str, Any] = {}
    for attribute in fields(kind):
        is_due = attribute.default is NOTHING or random.random() < 0.5
        if attribute.init and attribute.name != "at" and is_due:
            given[attribute.name] = any_value(hints[attribute.name], random, depth - 1)
    return kind(**given)


def _constant(hint: object, random: Random) -> Any:
    day = date(2024, 1, 1) + timedelta(days=random.randint(-9999, 9999))
    clock = time(random.randint(0, 23), random.randint(0, 59), random.choice((0, 5)), random.choice((0, 7)))
    zone = random.choice(_ZONES)
    table: dict[object, Any] = {
        str: random.choice(_TEXTS),
        int: random.choice((0, 1, -1, 2**63 - 1, -(2**63))),
        float: random.choice((0.0, -0.0, 0.5, 1e22, -1e-7)),
        bool: random.random() < 0.5,
        type(None): None,
        date: day,
        time: clock.replace(tzinfo=zone),
        datetime: datetime.combine(day, clock, zone),
        timedelta: timedelta(random.choice((0, -3)), random.choice((0, 90)), random.choice((0, 1))),
        Number: Number(random.choice(("0", "-1.50", "1e-8", "9" * 38))),
    }
    return table[hint]


randoms = st.randoms(use_true_random=False)

# ------------------------------------------------------------------ graphs that could be real


IN_LOOP, IN_BOTH = (InLoop("for_0"),), (InLoop("for_0"), InLoop("for_1"))
_SCOPES: tuple[Scope, ...] = (
    (),
    (InArm("if_0", 0),),
    (InArm("if_0", 1),),
    (InArm("if_0", 0), InArm("if_1", 0)),
    IN_LOOP,
    (*IN_LOOP, InArm("if_2", 0)),
    IN_BOTH,
)


@st.composite
def graphs(draw: st.DrawFn, *, most: int = 9, has_loops: bool = True) -> Graph:
    """A flow without cycles: tasks and checks, needs of every sort, nested branches and loops, a group."""
    random = draw(randoms)
    first = [task("n0", output=INT)]
    places = _places(random)
    nodes = list(first)
    groups: list[Group] = []
    for index in range(1, random.randint(2, most)):
        scope = random.choice(_SCOPES if has_loops else _SCOPES[:4])
        is_check = random.random() < 0.2
        name = f"check n{index}" if is_check else f"n{index}"
        needs = _needs(random, nodes, groups)
        if is_check:
            nodes.append(check(name, verdict=random.choice(("fail", "skip", "warn")), scope=scope, needs=needs))
        else:
            nodes.append(task(name, output=INT, scope=scope, needs=needs, action=_reading(random, nodes, needs, scope)))
        if not groups and random.random() < 0.2:
            groups.append(Group("g", tuple(node.name for node in random.sample(nodes, k=min(2, len(nodes)))), ()))
    random.shuffle(nodes)
    decisions, loops = places
    return flow(*nodes, decisions=decisions, loops=loops, groups=tuple(groups))


def _places(random: Random) -> tuple[tuple[Decision, ...], tuple[Loop, ...]]:
    def maybe() -> list[str]:
        return ["n0"] if random.random() < 0.4 else []

    decisions = (
        decision("if_0", *maybe(), arms=random.randint(1, 2)),
        decision("if_1", *maybe(), scope=(InArm("if_0", 0),)),
        decision("if_2", *maybe(), scope=IN_LOOP),
    )
    tolerances = (0, 0, 1, 0.5, 1.0)
    loops = (
        loop("for_0", tolerate=random.choice(tolerances), needs=tuple(Requires(Upstream(name)) for name in maybe())),
        loop("for_1", tolerate=random.choice(tolerances), scope=IN_LOOP),
    )
    return decisions, loops


def _needs(random: Random, earlier: list[Node], groups: list[Group]) -> tuple[Need, ...]:
    found: list[Need] = []
    for node in random.sample(earlier, k=min(len(earlier), random.randint(0, 4))):
        one, other = _upstream(random, node, earlier), Upstream(random.choice(earlier).name)
        several = (one, other) if other.name != one.name else (one,)
        plain: list[Need] = [Requires(one)] * 6
        found.append(
            random.choice([*plain, Accepts(one), Awaits(one), Awaits(one), AnyFailed(several), AnyOf(several)])
        )
    if groups and random.random() < 0.3:
        found.append(Requires(Upstream("g", is_group=True)))
    return tuple(dict.fromkeys(found))


def _upstream(random: Random, node: Node, earlier: list[Node]) -> Upstream:
    """Now and then with a check that judges it, whatever that check reads."""
    checks = [other.name for other in earlier if isinstance(other.action, actions.Check) and other is not node]
    return Upstream(node.name, checks=(random.choice(checks),) if checks and random.random() < 0.3 else ())


def _reading(random: Random, earlier: list[Node], needs: tuple[Need, ...], scope: Scope) -> actions.Python:
    """Some of what is required is read, so that its arrow carries a value."""
    around = {place.loop for place in scope if isinstance(place, InLoop)}
    with_value = {node.name: node for node in earlier if node.output is not None}
    read = [
        with_value[need.upstream.name]
        for need in needs
        if isinstance(need, Requires) and need.upstream.name in with_value and random.random() < 0.3
    ]
    depths = [(node.name, sum(loop not in around for loop in node.loops)) for node in read]
    return actions.Python("m", "f", tuple(actions.Arg(None, expr.Output(n, None, depth, INT)) for n, depth in depths))


# ------------------------------------------------------------------ flows as a user writes them


@st.composite
def flows(draw: st.DrawFn, *, most: int = 8) -> Flow:
    """A well-typed flow of `tests.flows`, with what its tasks do and which conditions are false."""
    writer = _Writer(draw, most)
    body = writer.items((), most)
    conditions = [*(task.name for task, _ in placed(body)), *(f"if_{number}" for number in range(writer.blocks + 1))]
    off = frozenset(name for name in conditions if draw(_RARELY))
    handlers = {moment: writer.handled() for moment in HANDLERS if draw(_RARELY)}
    names = [*_indexed(body), *(f"on_{moment}" for moment in handlers)]
    ends = {name: draw(_ENDS) for name in names}
    return Flow(body, {name: end for name, end in ends.items() if end != "succeeds"}, off, handlers)


_RARELY = st.sampled_from((False, False, False, True))
_ENDS = st.sampled_from(("succeeds", "succeeds", "succeeds", "recovers", "fails"))


def _indexed(body: tuple[Item, ...]) -> list[str]:
    """The names of all instances that there may be, fallbacks too: no list is longer than three."""
    return [
        "/".join([task.name + suffix, *map(str, index)])
        for task, place in placed(body)
        for suffix in ("", "_f")[: 1 + task.has_fallback]
        for index in product(range(3), repeat=sum(isinstance(block, For) for block, _ in place))
    ]


Around = tuple[tuple[str, str, int], ...]
"""The blocks around a place: `if`, `for` or `group`, the name, the arm."""


class _Writer:
    """Writes blocks; a task may follow what stands before it."""

    def __init__(self, draw: st.DrawFn, most: int) -> None:
        self.draw = draw
        self.left = most
        self.blocks = 0
        self.seen: list[tuple[Task, Around]] = []

    def items(self, around: Around, most: int) -> tuple[Item, ...]:
        found = [self.item(around)]
        while self.left > 0 and len(found) < most and not self.draw(_RARELY):
            found.append(self.item(around))
        return tuple(found)

    def item(self, around: Around) -> Item:
        sort = self.draw(st.sampled_from(("task", "task", "task", "if", "for", "group")))
        is_nested = any(kind != "if" for kind, _, _ in around)
        if len(around) >= 3 or self.left < 2 or (sort == "group" and is_nested):
            sort = "task"
        self.blocks += sort != "task"
        match sort:
            case "if":
                return self.branch(around, f"if_{self.blocks}")
            case "for":
                return self.loop(around, f"v{self.blocks}")
            case "group":
                name, after = f"g{self.blocks}", self.one(around, lambda task, rest: True)
                return Group_(name, self.items((*around, ("group", name, 0)), 3), after)
            case _:
                return self.task(around)

    def branch(self, around: Around, name: str) -> If:
        asks = self.one(around, lambda task, rest: "for" not in rest and _may_be_skipped(task, rest))
        first = self.items((*around, ("if", name, 0)), 2)
        second = self.items((*around, ("if", name, 1)), 2) if self.left > 0 and self.draw(st.booleans()) else ()
        return If(name, (first, second), asks)

    def loop(self, around: Around, name: str) -> For:
        listed = self.one(around, lambda task, rest: task.items is not None and not rest and not task.is_guarded)
        over = listed or self.draw(st.integers(1, 3))
        tolerate = self.draw(st.sampled_from((0, 0, 0, 1, 2)))
        return For(name, over, self.items((*around, ("for", name, 0)), 3), tolerate)

    def task(self, around: Around) -> Task:
        self.left -= 1
        edges: list[Edge] = []
        for seen, rest in self.visible(around):
            if self.draw(_RARELY):
                edges.append(Edge(self.draw(st.sampled_from(_sorts(seen, rest))), seen.name))
        found = Task(
            f"t{len(self.seen)}",
            tuple(edges),
            retry=self.draw(st.sampled_from((0, 0, 1))),
            is_guarded=self.draw(st.sampled_from((False, False, True))),
            has_fallback=self.draw(_RARELY),
            items=self.draw(st.sampled_from((None, None, 0, 1, 3))),
        )
        self.seen.append((found, around))
        return found

    def visible(self, around: Around) -> list[tuple[Task, tuple[str, ...]]]:
        """What stands before, with the sorts of the blocks around it that are not around the place too."""
        found: list[tuple[Task, tuple[str, ...]]] = []
        for seen, place in self.seen:
            shared = 0
            while shared < min(len(around), len(place)) and around[shared] == place[shared]:
                shared += 1
            others = [name for _, name, _ in around[shared:]]
            if not any(name in others for _, name, _ in place[shared:]):  # never the other arm
                found.append((seen, tuple(kind for kind, _, _ in place[shared:])))
        return found

    def handled(self) -> tuple[str, ...]:
        """What a handler reads, each with `??`: nothing that stands in a loop."""
        names = [seen.name for seen, around in self.seen if all(kind != "for" for kind, _, _ in around)]
        return tuple(name for name in names if self.draw(_RARELY))

    def one(self, around: Around, fits: Callable[[Task, tuple[str, ...]], bool]) -> str | None:
        names = [task.name for task, rest in self.visible(around) if fits(task, rest)]
        return self.draw(st.sampled_from(names)) if names and self.draw(st.booleans()) else None


def _may_be_skipped(task: Task, rest: tuple[str, ...]) -> bool:
    return task.is_guarded or "if" in rest


def _sorts(task: Task, rest: tuple[str, ...]) -> tuple[str, ...]:
    """The ways in which a task may be followed from where it is seen like that."""
    if not _may_be_skipped(task, rest):
        return "after", "done", "failed", "read", "read"
    return ("after", "done", "failed") if "for" in rest else ("after", "done", "failed", "or", "or")
