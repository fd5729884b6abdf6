"""Partitions: what the runs of a flow work on, how a backfill goes over it, and windows of assets that have them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal, cast

from flowc.diagnostics import Label, Problems
from flowc.ir.expr import Binary, Expr
from flowc.ir.graph import Window
from flowc.ir.triggers import Backfill, Cron, Keys, On, Partitioning, Trigger, Unit, Windows
from flowc.ir.types import DATE, DATETIME, STR, Type
from flowc.sema.clauses import Said
from flowc.sema.constants import constant
from flowc.sema.context import Context
from flowc.sema.expressions import expected
from flowc.sema.infer import is_poison
from flowc.sema.outside.zones import UnknownZone
from flowc.sema.outside.zones import zone as known
from flowc.source import Span
from flowc.syntax import ast

_UNITS = ("hour", "day", "week", "month")


def unit_of(body: ast.Block) -> Unit | None:
    """The unit of a `partition` clause; None where there is none, or one with names."""
    unit = _first(body)
    return unit.text if isinstance(unit, ast.Name) and unit.text in _UNITS else None


def partition_type(body: ast.Block) -> Type | None:
    """The type of a partition: the date that it starts on, the instant of an hour, a name; None without `partition`."""
    match _first(body):
        case None:
            return None
        case ast.Name(text="hour"):
            return DATETIME
        case ast.ListExpr():
            return STR
        case _:
            return DATE


def _first(body: ast.Block) -> ast.Expr | None:
    clauses = (clause for clause in body.clauses if clause.name.text == "partition")
    return next((clause.args[0].value for clause in clauses if clause.args), None)


def zone_of(triggers: Iterable[Trigger]) -> str:
    """The zone of a flow's first schedule that has one: its runs and its partitions go by it."""
    return next((trigger.zone for trigger in triggers if isinstance(trigger, Cron)), "UTC")


def partition_of(
    said: Iterable[Said], triggers: Iterable[Trigger], zone: str, problems: Problems
) -> Partitioning | None:
    """The partitions of a flow. Without `tz:` their windows begin by the clocks of its schedule."""
    one = next((one for one in said if one.spec.word == "partition"), None)
    if one is None:
        return None
    keys = one.constant("unit")
    if not isinstance(keys, list | tuple):
        own = one.constant("tz")
        if isinstance(known(own if isinstance(own, str) else zone), UnknownZone):
            return None  # FLOW502 tells it
        start, end = one.constant("start"), one.constant("end")
        return Windows(
            cast(Unit, one.word("unit") or "day"),
            own if isinstance(own, str) else zone,
            start if isinstance(start, date) else None,
            end if isinstance(end, date) else None,
            one.span,
        )
    names = tuple(str(key) for key in cast("list[object]", keys))
    _check_keys(one, names, problems)
    if starts := list(triggers):
        is_clock = any(not isinstance(start, On) for start in starts)
        says = "a schedule says an instant" if is_clock else "an event does not say on which one to work"
        problems.add(
            "FLOW506",
            f"{says}, and these partitions have names",
            one.span,
            helps=("partition day, start: 2024-01-01", "take the names in a loop: `for name in names { ... }`"),
        )
    return Keys(names, one.span)


def _check_keys(said: Said, names: tuple[str, ...], problems: Problems) -> None:
    if not names:
        problems.add("FLOW506", "a flow has at least one partition", said.span, helps=('partition ["eu", "us"]',))
    double = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if double is not None:
        problems.add("FLOW506", f'the partition "{double}" is there twice', said.span)
    for slot in ("start", "end", "tz"):
        if slot in said.values:
            problems.add("FLOW303", f"`{slot}:` goes with windows of time, not with names", said.place(slot))


def backfill_of(said: Iterable[Said]) -> Backfill:
    """How a backfill goes over the partitions of a flow, or over the instants of its schedules."""
    one = next((one for one in said if one.spec.word == "backfill"), None)
    if one is None:
        return Backfill()
    limit = one.constant("limit")
    order = cast(Literal["oldest", "newest"], one.word("order") or "oldest")
    return Backfill(order, limit if isinstance(limit, int) else 1)


def window_of(item: ast.Index, asset: str, body: ast.Block, context: Context) -> Window | None:
    """`sales[day - 6d .. day]`, or `sales[day]`."""
    type_ = partition_type(body)
    if type_ is None:
        context.problems.add(
            "FLOW506",
            f"`{asset}` has no partitions to take a window of",
            item.span,
            related=[Label(body.span, "it is declared here")] if body.clauses else (),
            helps=("declare it with `partition day`", f"reads {asset}"),
        )
        return None
    ends = (item.index.first, item.index.last) if isinstance(item.index, ast.Range) else (item.index, item.index)
    first, last = (expected(end, context, type_) for end in ends)
    if is_poison(first) or is_poison(last):
        return None
    if _is_before(last, first):
        context.problems.add(
            "FLOW508", "the window ends before it begins", item.index.span, helps=("the older end stands first",)
        )
    return Window(asset, first, last)


def check_unit(unit: Unit | None, partition: Partitioning | None, asset: str, at: Span, problems: Problems) -> None:
    """FLOW506: the flow works on other windows than those of an asset that it writes, or that starts it."""
    if unit is None or not isinstance(partition, Windows) or partition.unit == unit:
        return
    problems.add(
        "FLOW506",
        f"the runs work on a {partition.unit} each, and `{asset}` has a partition for each {unit}",
        at,
        related=[Label(partition.at, "the flow's partitions")] if partition.at else (),
        helps=(f"partition {unit}", f"declare `{asset}` with `partition {partition.unit}`"),
    )


def _is_before(one: Expr, other: Expr) -> bool:
    """Whether it is sure to be before, by what is known at build time: `day - 1d` is before `day`."""
    (base, away), (stem, gone) = _apart(one), _apart(other)
    if base == stem:
        return away < gone
    value, bound = constant(one), constant(other)
    if isinstance(value, datetime) and isinstance(bound, datetime):
        return value < bound
    return type(value) is date and type(bound) is date and value < bound


def _apart(expr: Expr) -> tuple[Expr, timedelta]:
    """A day as another one and a distance from it."""
    if isinstance(expr, Binary) and expr.op in ("+", "-"):
        distance = constant(expr.right)
        if isinstance(distance, timedelta):
            base, more = _apart(expr.left)
            return base, more + (distance if expr.op == "+" else -distance)
    return expr, timedelta(0)
