"""When a value is known, and what it is when that is at build time.

A value known now is computed now, by the runtime's own operators: the run could not come to another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, cast

from attrs import evolve

from flowc.diagnostics import Label
from flowc.ir.expr import (
    Asset,
    Between,
    Call,
    Comprehension,
    Connection,
    Env,
    Expr,
    Item,
    List,
    Lit,
    Local,
    Map,
    Output,
    Param,
    Run,
    Secret,
    children,
    walk,
)
from flowc.ir.types import ListOf, MapOf, Optional, Record, Scalar, Type
from flowc.sema.context import Context
from flowc.sema.evaluate import Uncomputable, evaluate, settled
from flowc.sema.infer import is_poison, quoted
from flowc.sema.run import HANDLERS_ONLY

Stage = Literal["build", "start", "run"]
_ORDER: tuple[Stage, ...] = ("build", "start", "run")
_KNOWN = {"build": "when it is built", "start": "when a run starts", "run": "while it runs"}


def stage(expr: Expr) -> Stage:
    """When the value is known: at build, at a run's start (params, `run.date`), or only while it runs."""
    return max((_own_stage(part) for part in walk(expr)), key=_rank)


def _rank(when: Stage) -> int:
    return _ORDER.index(when)


def _own_stage(expr: Expr) -> Stage:
    match expr:
        case Output() | Item() | Secret() | Env():
            return "run"
        case Run(name):
            return "run" if name in HANDLERS_ONLY else "start"
        case Param():
            return "start"
        case _:
            return "build"


def require_stage(expr: Expr, latest: Stage, context: Context, what: str) -> bool:
    """Whether the value is known early enough for `what` (as messages name it); else FLOW316 says what is not."""
    if is_poison(expr) or _rank(stage(expr)) <= _rank(latest):
        return not is_poison(expr)
    late = next(part for part in walk(expr) if _rank(_own_stage(part)) > _rank(latest))
    span = expr.at or late.at
    related = [Label(late.at, _why(late))] if late.at is not None and late.at != span else []
    shown = quoted(span) if span else "this"
    context.problems.add(
        "FLOW316", f"{what} takes a value that is known {_KNOWN[latest]}, and {shown} is not",
        span, label=_why(late), related=related,
        notes=("a literal, a `let` of literals, or a value that a profile sets is known then",) if latest == "build"
        else ("params and `run.` are known then, outputs of tasks are not",),
    )  # fmt: skip
    return False


def _why(late: Expr) -> str:
    match late:
        case Output(node):
            return f"the output of `{node}` is known once it has run"
        case Item():
            return "an element of a loop is known while it runs"
        case Param(name):
            return f"the param `{name}` is known when a run starts"
        case Run(name):
            return f"`run.{name}` is known {_KNOWN[_own_stage(late)]}"
        case _:
            return "it is read where the task runs"


# ------------------------------------------------------------------ the value


def constant(expr: Expr) -> object:
    """The value of a build-time expression; None where there is none yet (or it is null).

    Text, int, float, bool, date, time, datetime, timedelta, Decimal; a path is its text, a size its bytes, a list a
    tuple, a map or record a dict, a range the tuple of its ends.
    """
    if is_poison(expr) or not _is_closed(expr):
        return None
    try:
        return settled(evaluate(expr))
    except Uncomputable:
        return None


def written_out(expr: Expr) -> Expr | None:
    """A list, a map or a range with its elements in sight, where it is known at build time; None where it is not."""
    match expr:
        case _ if stage(expr) != "build" or is_poison(expr):
            return None
        case List() | Map() | Between(Lit(), Lit()):
            return expr
        case Between(low, high):
            ends = constant(low), constant(high)
            return (
                None
                if None in ends
                else evolve(expr, low=_literal(ends[0], low.type), high=_literal(ends[1], high.type))
            )
        case _:
            value = constant(expr)
            found = None if value is None else _literal(value, expr.type)
            return found if isinstance(found, List | Map) else None


def _literal(value: object, type_: Type) -> Expr:
    """A value that is known, as it would be written."""
    match type_:
        case Optional(item) if value is not None:
            return _literal(value, item)
        case ListOf(item):
            return List(tuple(_literal(each, item) for each in cast("tuple[object, ...]", value)), type_)
        case MapOf(key=Scalar("str"), value=item):
            return Map(
                tuple((key, _literal(each, item)) for key, each in cast("dict[str, object]", value).items()), type_
            )
        case Record(fields=fields):
            held = cast("dict[str, object]", value)
            return Map(tuple((each.name, _literal(held[each.name], each.type)) for each in fields), type_)
        case _:
            return Lit(cast(Any, value), type_)


def is_computable(expr: Expr, context: Context) -> bool:
    """Whether all that is known now can be computed; else FLOW313 at the part that cannot."""
    fine = True
    for part in _closed_parts(expr):
        try:
            evaluate(part)
        except Uncomputable as error:
            fine = False
            span = error.at or expr.at
            context.problems.add("FLOW313", f"{quoted(span) if span else 'this'} cannot be computed: {error}", span)
    return fine


def _closed_parts(expr: Expr) -> Iterator[Expr]:
    """The largest parts that are known at build time, those that are nothing but a literal aside."""
    if is_poison(expr):
        return
    if _is_closed(expr):
        if children(expr):
            yield expr
        return
    for child in children(expr):
        yield from _closed_parts(child)


def _is_closed(expr: Expr, bound: frozenset[str] = frozenset()) -> bool:
    """Known at build time, and free of variables that a comprehension around it would have to give."""
    if is_poison(expr) or isinstance(expr, Asset | Connection) or _own_stage(expr) != "build":
        return False
    if isinstance(expr, Call) and expr.function in ("ident", "table"):
        return False
    if isinstance(expr, Local):
        return expr.name in bound
    if isinstance(expr, Comprehension):
        inner = bound | {expr.variable}
        parts = [expr.value] if expr.condition is None else [expr.value, expr.condition]
        return _is_closed(expr.over, bound) and all(_is_closed(part, inner) for part in parts)
    return all(_is_closed(child, bound) for child in children(expr))
