"""Calls of methods: `name.lower()`, `days.join(", ")`."""

from __future__ import annotations

from collections.abc import Mapping

from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, Lit, Method
from flowc.ir.types import ANY
from flowc.sema import habits
from flowc.sema.accept import usable
from flowc.sema.arguments import bind_typed
from flowc.sema.attributes import attribute_type, shape
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_poison, poison, quoted
from flowc.sema.methods import METHODS
from flowc.syntax import ast


def call_method(value: ast.Expr, name: ast.Name, node: ast.Call, context: Context) -> Expr:
    """`value.name(args)`."""
    operand = usable(infer(value, context), context, value.span)
    if is_poison(operand):
        return operand
    if operand.type == ANY:
        return _untyped(operand, name, node, context)
    signature = METHODS.get(shape(operand.type), {}).get(name.text)
    if signature is None:
        _report_no_method(operand, value, name, context)
        return poison(node.span)
    result = signature.result(operand.type)
    if result is None:
        context.problems.add(
            "FLOW301", f"`{name.text}` takes {signature.wants}, and {quoted(value)} is {operand.type}", value.span
        )
        return poison(node.span)
    args = bind_typed(signature.params, node.args, context, node.span, callee=f"`{name.text}`")
    if args is None or any(is_poison(arg) for arg in args.values()) or not _zone_exists(name.text, args, context):
        return poison(node.span)
    return Method(operand, name.text, tuple(args[formal.name] for formal in signature.params), result, node.span)


def _untyped(operand: Expr, name: ast.Name, node: ast.Call, context: Context) -> Expr:
    args = [usable(infer(arg.value, context), context, arg.value.span) for arg in node.args]
    return (
        poison(node.span)
        if any(is_poison(arg) for arg in args)
        else Method(operand, name.text, tuple(args), ANY, node.span)
    )


def _report_no_method(operand: Expr, value: ast.Expr, name: ast.Name, context: Context) -> None:
    known = METHODS.get(shape(operand.type), {})
    if attribute_type(operand.type, name.text) is not None:
        helps: tuple[str, ...] = (f"it is a value, without brackets: {value.span.text}.{name.text}",)
    elif near := closest(name.text, known):
        helps = (f"did you mean `{near}`?",)
    elif said := habits.member(name.text, value.span.text, known):
        helps = (said,)
    else:
        helps = ("it has " + ", ".join(f"`{each}()`" for each in known),) if known else ()
    context.problems.add("FLOW201", f"{operand.type} has no method `{name.text}`", name.span, helps=helps)


def _zone_exists(method: str, args: Mapping[str, Expr], context: Context) -> bool:
    """A zone that is written out is looked up now."""
    from zoneinfo import available_timezones

    zone = args.get("zone")
    if method != "to" or not isinstance(zone, Lit) or not isinstance(zone.value, str):
        return True
    zones = available_timezones()
    if zone.value in zones:
        return True
    near = closest(zone.value, zones)
    helps = (f'did you mean "{near}"?',) if near else ('for example "Europe/Berlin"',)
    context.problems.add("FLOW502", f'there is no time zone "{zone.value}"', zone.at, helps=helps)
    return False
