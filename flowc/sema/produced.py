"""Reading what tasks and uses of templates produce, from wherever the reader stands."""

from __future__ import annotations

from attrs import evolve

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, Output
from flowc.ir.types import ANY, NOTHING, Record, Type
from flowc.sema.context import Context
from flowc.sema.infer import poison
from flowc.sema.place import afterwards, beyond, lifted, loops, may_be_skipped, seen, task_of
from flowc.sema.reading import Hops, Opened, Reading, plain, refused
from flowc.sema.relations import optional
from flowc.sema.scope import GroupSymbol, TaskSymbol
from flowc.source import Span


def task_value(symbol: TaskSymbol, span: Span, hops: Hops, context: Context) -> Opened:
    """The output of a task, or the one of several that is named, as it is seen from `context`."""
    if symbol.phase != context.phase and context.phase == "main":
        return refused(
            "FLOW408", f"`{symbol.name}` runs in a handler, after all that could read it", span, context,
            related=[Label(symbol.span, "it stands in a handler")],
        )  # fmt: skip
    type_, field = symbol.output, None
    if type_ is None:
        return refused(
            "FLOW204", f"the task `{symbol.name}` has no value", span, context,
            help=f"give it one: -> str, or only wait for it: after {span.text}",
            related=[Label(symbol.span, f"`{symbol.name}` has no `->`")],
        )  # fmt: skip
    if symbol.several and isinstance(type_, Record):
        chosen = _one_of(type_, symbol, span, hops, context)
        if chosen is None:
            return plain(poison(span)), []
        field, type_, span, hops = chosen, _field_type(type_, chosen), hops[0].span, hops[1:]
    residual = beyond(symbol.place, context.place)
    shown = seen(_with_nulls(type_, symbol) if loops(residual) else type_, residual)
    if symbol.phase != context.phase:  # rule 13: whatever came of it
        shown, type_ = optional(shown), optional(type_)
    return Reading(Output(symbol.id, field, loops(residual), shown, span), type_, residual), hops


def _with_nulls(type_: Type, task: TaskSymbol | None) -> Type:
    """The type of an element that is gathered: null where its instance was skipped."""
    return optional(type_) if task is not None and may_be_skipped(task) else type_


def _one_of(outputs: Record, symbol: TaskSymbol, span: Span, hops: Hops, context: Context) -> str | None:
    """The output that is named, of several."""
    known = [field.name for field in outputs.fields]
    ways = ", ".join(f"{span.text}.{name}" for name in known)
    if not hops:
        context.problems.add(
            "FLOW204", f"`{symbol.name}` has several outputs, so one must be named", span, helps=(f"one of {ways}",)
        )
        return None
    name = hops[0].name
    if name.text in known:
        return name.text
    near = closest(name.text, known)
    context.problems.add(
        "FLOW204", f"`{symbol.name}` has no output `{name.text}`", name.span,
        related=[Label(symbol.span, "its outputs are " + ", ".join(f"`{each}`" for each in known))],
        helps=(f"did you mean {span.text}.{near}?" if near else f"one of {ways}",),
    )  # fmt: skip
    return None


def _field_type(record: Record, name: str) -> Type:
    field = record.field(name)
    return field.type if field else ANY


def template_value(
    value: Expr | dict[str, Expr] | None, symbol: GroupSymbol, span: Span, hops: Hops, context: Context
) -> Opened:
    """What the use of a template returns, or the one of several that is named."""
    if isinstance(value, dict):
        name = hops[0].name.text if hops else ""
        if name not in value:
            return _no_return(name, value, symbol, hops[0].name.span if hops else span, span.text, context)
        value, span, hops = value[name], hops[0].span, hops[1:]
    if value is None or value.type == NOTHING:
        message = f"the template that `{symbol.name}` uses returns nothing"
        return refused("FLOW204", message, span, context, help="give it a return")
    return _returned(value, symbol, span, context), hops


def _no_return(
    name: str, value: dict[str, Expr], symbol: GroupSymbol, span: Span, path: str, context: Context
) -> Opened:
    near = closest(name, value)
    help = f"did you mean {path}.{near}?" if near else "one of " + ", ".join(f"{path}.{each}" for each in value)
    has = f"returns no `{name}`" if name else "returns several values, so one must be named"
    return refused("FLOW204", f"`{symbol.name}` {has}", span, context, help=help)


def _returned(value: Expr, symbol: GroupSymbol, span: Span, context: Context) -> Reading:
    residual = beyond(symbol.place, context.place)
    if loops(residual) and isinstance(value, Output):
        value = evolve(value, type=_with_nulls(value.type, task_of(symbol.members, value.node)))
    expr = lifted(value, residual)
    if expr is None:
        context.problems.add(
            "FLOW218", f"what `{symbol.name}` returns is computed, so it can be read only beside it", span,
            related=[Label(symbol.span, "it stands in a loop or a branch")],
            helps=("let the template return the output of a task",),
        )  # fmt: skip
        return plain(poison(span))
    inner = value.type
    if symbol.phase != context.phase:  # rule 13, as for a task
        expr, inner = anytime(expr, symbol.name, span, context), optional(inner)
    return Reading(evolve(expr, at=span), inner, residual)


def anytime(expr: Expr, name: str, span: Span, context: Context) -> Expr:
    """A named value as a handler reads it: `poison` after FLOW409 where a task in it may leave it half computed."""
    found = afterwards(expr, context)
    if found is not None:
        return found
    context.problems.add(
        "FLOW409", f"`{name}` is computed from a task that may have no value when this runs", span,
        helps=("say what stands for that task where it is read: task ?? ...",),
    )  # fmt: skip
    return poison(span)
