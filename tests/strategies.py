"""Random values for properties: any class of the IR, and graphs that keep its invariants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal as Number
from random import Random
from types import ModuleType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields
from hypothesis import strategies as st

from flowc.ir import actions, expr, graph, types
from flowc.ir.graph import Accepts, AnyFailed, AnyOf, Awaits, Graph, InArm, Need, Node, Requires, Scope, Upstream
from tests.graphs import check, decision, flow, task

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


@st.composite
def graphs(draw: st.DrawFn, *, most: int = 8) -> Graph:
    """A flow without cycles: tasks and checks, needs of every sort, arms of up to two nested decisions."""
    random = draw(randoms)
    outer = decision("if_0", *(["n0"] if random.random() < 0.5 else []), arms=random.randint(1, 2))
    inner = decision("if_1", *(["n0"] if random.random() < 0.5 else []), scope=(InArm("if_0", 0),))
    nodes: list[Node] = [task("n0")]
    for index in range(1, random.randint(1, most)):
        scope = _scope(random)
        needs = _needs(random, [node.name for node in nodes])
        make = check if random.random() < 0.2 else task
        name = f"check n{index}" if make is check else f"n{index}"
        nodes.append(make(name, scope=scope, needs=needs))
    random.shuffle(nodes)
    return flow(*nodes, decisions=(outer, inner))


def _scope(random: Random) -> Scope:
    outer: Scope = (InArm("if_0", random.randint(0, 1)),)
    return random.choice([(), (), outer, (InArm("if_0", 0), InArm("if_1", random.randint(0, 1)))])


def _needs(random: Random, earlier: list[str]) -> tuple[Need, ...]:
    found: list[Need] = []
    for name in random.sample(earlier, k=min(len(earlier), random.randint(0, 3))):
        one = Upstream(name)
        other = Upstream(random.choice(earlier))
        kinds: list[Need] = [Requires(one), Requires(one), Requires(one), Accepts(one), Awaits(one), AnyFailed((one,))]
        found.append(random.choice([*kinds, AnyOf((one, other) if other != one else (one,))]))
    return tuple(found)
