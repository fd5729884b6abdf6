"""Random values for properties: any class of the IR, and graphs that keep its invariants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal as Number
from random import Random
from types import ModuleType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, evolve, fields
from hypothesis import strategies as st

from flowc.ir import actions, expr, graph, triggers, types
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
from flowc.ir.types import BOOL, INT, ListOf
from tests.graphs import FLAG, check, decision, flow, loop, task

MODULES: tuple[ModuleType, ...] = (graph, triggers, actions, types, expr)
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
def graphs(draw: st.DrawFn, *, most: int = 9, has_loops: bool = True, has_constants: bool = True) -> Graph:
    """A flow without cycles: tasks and checks, needs of every sort, nested branches and loops, a group."""
    random = draw(randoms)
    first = [task("n0", output=INT)]
    places = _places(random, has_constants)
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


def _places(random: Random, has_constants: bool) -> tuple[tuple[Decision, ...], tuple[Loop, ...]]:
    def maybe() -> list[str]:
        return ["n0"] if random.random() < 0.4 else []

    def asked() -> expr.Expr:
        return random.choice((FLAG, FLAG, FLAG, expr.Lit(True, BOOL), expr.Lit(False, BOOL))) if has_constants else FLAG

    decisions = (
        decision("if_0", *maybe(), arms=random.randint(1, 2), condition=asked()),
        decision("if_1", *maybe(), scope=(InArm("if_0", 0),), condition=asked()),
        decision("if_2", *maybe(), scope=IN_LOOP, condition=asked()),
    )
    tolerances = (0, 0, 1, 0.5, 1.0)
    loops = (
        loop("for_0", tolerate=random.choice(tolerances), needs=tuple(Requires(Upstream(name)) for name in maybe())),
        loop("for_1", tolerate=random.choice(tolerances), scope=IN_LOOP),
    )
    if has_constants and random.random() < 0.15:  # a list in the source, without elements
        loops = (evolve(loops[0], items=expr.List((), ListOf(INT)), is_static=True, needs=()), loops[1])
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
