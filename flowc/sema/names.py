"""Reading a name or a dotted path: params, lets, outputs of tasks from wherever they are read, fields of values."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Asset, Attr, Connection, Env, Expr, Lit, Output, Param, Secret, walk
from flowc.ir.graph import Scope as Place
from flowc.ir.types import ANY, CONNECTION, NOTHING, STR, Optional, Record, Type
from flowc.sema.accept import usable
from flowc.sema.attributes import attribute_type, report_no_attribute
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_poison, poison
from flowc.sema.misfits import report_secret
from flowc.sema.place import beyond, lifted, loops, seen
from flowc.sema.relations import optional, strip
from flowc.sema.run import read_run
from flowc.sema.scope import (
    AssetSymbol,
    BoundSymbol,
    ConnectionSymbol,
    FlowSymbol,
    GroupSymbol,
    LetSymbol,
    LoopSymbol,
    ModuleSymbol,
    Names,
    ParamSymbol,
    Symbol,
    TaskSymbol,
)
from flowc.sema.unknown import report_unknown
from flowc.source import Span
from flowc.syntax import ast


@frozen
class Reading:
    """A value as it is read here; where its task stands it has the type `bare`, and `residual` lies between."""

    expr: Expr
    bare: Type
    residual: Place = ()


def plain(expr: Expr) -> Reading:
    """A value that is the same wherever it is read."""
    return Reading(expr, expr.type)


@infer.register
def _name(node: ast.Name, context: Context, hint: Type | None = None) -> Expr:
    return read(node, context).expr


@infer.register
def _attribute(node: ast.Attribute, context: Context, hint: Type | None = None) -> Expr:
    return read(node, context).expr


@infer.register
def _connection(node: ast.ConnectionRef, context: Context, hint: Type | None = None) -> Expr:
    symbol = context.names.find(node.name.text)
    if isinstance(symbol, ConnectionSymbol):
        context.on_read(symbol)
        return Connection(symbol.name, CONNECTION, node.span)
    known = [name for name in context.names.visible() if isinstance(context.names.find(name), ConnectionSymbol)]
    near = closest(node.name.text, known)
    helps = (f"did you mean `@{near}`?",) if near else ()
    context.problems.add("FLOW803", f"there is no connection `{node.name.text}`", node.span, helps=helps)
    return poison(node.span)


def read(node: ast.Name | ast.Attribute, context: Context, *, nullable: bool = False) -> Reading:
    """What a path stands for. `nullable`: a field of something that may be missing is no error, and may be missing."""
    first, hops = _flattened(node)
    reading, rest = (
        _opened(first, hops, context) if isinstance(first, ast.Name) else (plain(infer(first, context)), hops)
    )
    reading = _narrowed(reading, context)
    for hop in rest:
        reading = _narrowed(_field(reading, hop, context, nullable=nullable), context)
    return reading


def _flattened(node: ast.Name | ast.Attribute) -> tuple[ast.Expr, list[ast.Attribute]]:
    hops: list[ast.Attribute] = []
    first: ast.Expr = node
    while isinstance(first, ast.Attribute):
        hops.insert(0, first)
        first = first.value
    return first, hops


def _narrowed(reading: Reading, context: Context) -> Reading:
    if not isinstance(reading.expr.type, Optional) or reading.expr not in context.narrowed:
        return reading
    return plain(evolve(reading.expr, type=reading.expr.type.item))


# ------------------------------------------------------------------ what a name opens

_Opened = tuple[Reading, list[ast.Attribute]]


def _opened(first: ast.Name, hops: list[ast.Attribute], context: Context) -> _Opened:
    """The value that the first names of a path stand for, and the fields of it that are left."""
    if first.text == "run":
        if hops:
            return plain(read_run(hops[0].name, context, hops[0].span)), hops[1:]
        return _refused(
            "FLOW301", "`run` is not a value", first.span, context, help="one of its facts is, such as run.date"
        )
    symbol = context.names.find(first.text)
    if symbol is None:
        report_unknown(first, context)
        return plain(poison(first.span)), []
    return _value(symbol, first.span, hops, context)


def _value(symbol: Symbol, span: Span, hops: list[ast.Attribute], context: Context) -> _Opened:
    context.on_read(symbol)
    match symbol:
        case ParamSymbol():
            return plain(Param(symbol.name, symbol.type, span)), hops
        case BoundSymbol():
            return plain(evolve(symbol.value, at=span)), hops
        case LoopSymbol():
            return plain(evolve(symbol.value(), at=span)), hops
        case LetSymbol():
            return plain(_let(symbol, span, context)), hops
        case AssetSymbol():
            return plain(Asset(symbol.name, symbol.type, span)), hops
        case ConnectionSymbol():
            return plain(Connection(symbol.name, CONNECTION, span)), hops
        case TaskSymbol():
            return _task(symbol, span, hops, context)
        case GroupSymbol():
            return _group(symbol, span, hops, context)
        case ModuleSymbol():
            names = context.world.module(symbol) or Names()
            return _member(names, f"module `{symbol.module}`", span, hops, context, code="FLOW201")
        case FlowSymbol():
            return _refused(
                "FLOW301",
                f"`{symbol.name}` is a flow, not a value",
                span,
                context,
                help=f"to start it: run {symbol.name}()",
            )


def _refused(
    code: str, message: str, span: Span, context: Context, *, help: str = "", related: Iterable[Label] = ()
) -> _Opened:
    context.problems.add(code, message, span, helps=(help,) if help else (), related=related)
    return plain(poison(span)), []


def _member(names: Names, owner: str, span: Span, hops: list[ast.Attribute], context: Context, *, code: str) -> _Opened:
    """`g.x`, `m.x`: the next name, looked up in a group or module."""
    known = [symbol.name for symbol in names.symbols()]
    if not hops:
        help = f"what is in it: {', '.join(f'{span.text}.{name}' for name in known[:5])}" if known else ""
        return _refused("FLOW301", f"`{span.text}` is a {owner.split()[0]}, not a value", span, context, help=help)
    name = hops[0].name
    symbol = names.own(name.text)
    if symbol is None or (name.text.startswith("_") and owner.startswith("module")):
        near = closest(name.text, known)
        why = "keeps to itself" if symbol else "has no"
        help = f"did you mean `{span.text}.{near}`?" if near else ""
        return _refused("FLOW207" if symbol else code, f"{owner} {why} `{name.text}`", name.span, context, help=help)
    return _value(symbol, hops[0].span, hops[1:], context)


def _let(symbol: LetSymbol, span: Span, context: Context) -> Expr:
    """The value of a let, typed once."""
    if symbol.value is None:
        if symbol.busy:
            context.problems.add(
                "FLOW401",
                f"`{symbol.name}` is defined by itself",
                symbol.span,
                related=[Label(span, "it is read here")],
            )
            return poison(span)
        symbol.busy = True
        try:
            symbol.value = symbol.evaluate()
        finally:
            symbol.busy = False
    value = symbol.value
    if "environment" not in context.allows and any(isinstance(part, Secret | Env) for part in walk(value)):
        report_secret(value, context, span)
        return poison(span)
    return evolve(value, at=span)


# ------------------------------------------------------------------ tasks and groups


def _task(symbol: TaskSymbol, span: Span, hops: list[ast.Attribute], context: Context) -> _Opened:
    if symbol.phase != context.phase and context.phase == "main":
        return _refused(
            "FLOW408", f"`{symbol.name}` runs in a handler, after all that could read it", span, context,
            related=[Label(symbol.span, "it stands in a handler")],
        )  # fmt: skip
    type_, field = symbol.output, None
    if type_ is None:
        return _refused(
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
    shown = seen(type_, residual)
    if symbol.phase != context.phase:  # rule 13: whatever came of it
        shown, type_ = optional(shown), optional(type_)
    return Reading(Output(symbol.id, field, loops(residual), shown, span), type_, residual), hops


def _one_of(outputs: Record, symbol: TaskSymbol, span: Span, hops: list[ast.Attribute], context: Context) -> str | None:
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


def _group(symbol: GroupSymbol, span: Span, hops: list[ast.Attribute], context: Context) -> _Opened:
    """A group's member, or what a template's use returns."""
    if symbol.value is None:
        return _member(symbol.members, f"group `{symbol.name}`", span, hops, context, code="FLOW204")
    value = symbol.value()
    if isinstance(value, dict):
        name = hops[0].name.text if hops else ""
        if name not in value:
            ways = ", ".join(f"{span.text}.{each}" for each in value)
            near = closest(name, value)
            help = f"did you mean {span.text}.{near}?" if near else f"one of {ways}"
            has = f"returns no `{name}`" if hops else "returns several values, so one must be named"
            return _refused(
                "FLOW204", f"`{symbol.name}` {has}", hops[0].name.span if hops else span, context, help=help
            )
        value, span, hops = value[name], hops[0].span, hops[1:]
    if value is None or value.type == NOTHING:
        return _refused(
            "FLOW204", f"the template that `{symbol.name}` uses returns nothing", span, context, help="give it a return"
        )
    return _returned(value, symbol, span, context), hops


def _returned(value: Expr, symbol: GroupSymbol, span: Span, context: Context) -> Reading:
    residual = beyond(symbol.place, context.place)
    expr = lifted(value, residual)
    if expr is None:
        context.problems.add(
            "FLOW218", f"what `{symbol.name}` returns is computed, so it can be read only beside it", span,
            related=[Label(symbol.span, "it stands in a loop or a branch")],
            helps=("let the template return the output of a task",),
        )  # fmt: skip
        return plain(poison(span))
    inner = value.type
    if symbol.phase != context.phase:
        inner = optional(inner)
        expr = evolve(expr, type=optional(expr.type))
    return Reading(evolve(expr, at=span), inner, residual)


# ------------------------------------------------------------------ fields


def _field(reading: Reading, hop: ast.Attribute, context: Context, *, nullable: bool) -> Reading:
    operand, name = reading.expr, hop.name.text
    operand = (
        usable(operand, context, hop.value.span, nullable=nullable) if not _may_pass(operand, nullable) else operand
    )
    if is_poison(operand):
        return plain(poison(hop.span))
    if isinstance(operand, Asset) and name == "name":
        return plain(Lit(operand.name, STR, hop.span))
    type_ = attribute_type(strip(operand.type), name)
    if type_ is None:
        report_no_attribute(operand, hop, context)
        return plain(poison(hop.span))
    shown = optional(type_) if isinstance(operand.type, Optional) else type_
    expr = Attr(operand, name, shown, hop.span)
    bare = attribute_type(strip(reading.bare), name)
    if bare is None or loops(reading.residual):
        return plain(expr)
    return Reading(expr, optional(bare) if isinstance(reading.bare, Optional) else bare, reading.residual)


def _may_pass(operand: Expr, nullable: bool) -> bool:
    return nullable and isinstance(operand.type, Optional)
