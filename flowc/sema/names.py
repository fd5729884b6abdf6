"""Reading a name or a dotted path: params, lets, outputs of tasks from wherever they are read, fields of values."""

from __future__ import annotations

from attrs import evolve

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Asset, Attr, Connection, Env, Expr, Lit, Param, Secret, walk
from flowc.ir.types import CONNECTION, STR, Optional, Type
from flowc.sema.accept import usable
from flowc.sema.attributes import attribute_type, report_no_attribute
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_poison, poison
from flowc.sema.misfits import report_secret
from flowc.sema.place import loops
from flowc.sema.produced import anytime, task_value, template_value
from flowc.sema.reading import Hops, Opened, Reading, plain, refused
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


def _flattened(node: ast.Name | ast.Attribute) -> tuple[ast.Expr, Hops]:
    hops: Hops = []
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


def _opened(first: ast.Name, hops: Hops, context: Context) -> Opened:
    """The value that the first names of a path stand for, and the fields of it that are left."""
    if first.text == "run":
        if hops:
            return plain(read_run(hops[0].name, context, hops[0].span)), hops[1:]
        return refused(
            "FLOW301", "`run` is not a value", first.span, context, help="one of its facts is, such as run.date"
        )
    symbol = context.names.find(first.text)
    if symbol is None:
        report_unknown(first, context)
        return plain(poison(first.span)), []
    return _value(symbol, first.span, hops, context)


def _value(symbol: Symbol, span: Span, hops: Hops, context: Context) -> Opened:
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
            return task_value(symbol, span, hops, context)
        case GroupSymbol(value=None):
            return _member(symbol.members, f"group `{symbol.name}`", span, hops, context, code="FLOW204")
        case GroupSymbol(value=returned):
            return template_value(returned() if returned else None, symbol, span, hops, context)
        case ModuleSymbol():
            names = context.world.module(symbol) or Names()
            return _member(names, f"module `{symbol.module}`", span, hops, context, code="FLOW201")
        case FlowSymbol():
            return refused(
                "FLOW301",
                f"`{symbol.name}` is a flow, not a value",
                span,
                context,
                help=f"to start it: run {symbol.name}()",
            )


def _member(names: Names, owner: str, span: Span, hops: Hops, context: Context, *, code: str) -> Opened:
    """`g.x`, `m.x`: the next name, looked up in a group or module."""
    known = [symbol.name for symbol in names.symbols()]
    if not hops:
        help = f"what is in it: {', '.join(f'{span.text}.{name}' for name in known[:5])}" if known else ""
        return refused("FLOW301", f"`{span.text}` is a {owner.split()[0]}, not a value", span, context, help=help)
    name = hops[0].name
    symbol = names.own(name.text)
    if symbol is None or (name.text.startswith("_") and owner.startswith("module")):
        near = closest(name.text, known)
        why = "keeps to itself" if symbol else "has no"
        help = f"did you mean `{span.text}.{near}`?" if near else ""
        return refused("FLOW207" if symbol else code, f"{owner} {why} `{name.text}`", name.span, context, help=help)
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
    return evolve(anytime(value, symbol.name, span, context), at=span)


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
