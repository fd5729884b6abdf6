"""The table of methods, and how a call of one is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen

from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, Lit, Method
from flowc.ir.types import ANY, BOOL, DATETIME, STR, ListOf, Type
from flowc.sema.accept import usable
from flowc.sema.arguments import bind_typed
from flowc.sema.attributes import attribute_type, shape
from flowc.sema.context import Context, Formal
from flowc.sema.infer import infer, is_poison, poison, quoted
from flowc.sema.relations import has_text, is_ordered
from flowc.syntax import ast


@frozen
class Signature:
    """What a method takes, what it gives for an operand of a type (None: not for that one), and which it wants."""

    params: tuple[Formal, ...]
    result: Callable[[Type], Type | None]
    wants: str = ""


def _texts(*names: str) -> tuple[Formal, ...]:
    return tuple(Formal(name, STR) for name in names)


def _gives(type_: Type) -> Callable[[Type], Type | None]:
    return lambda _: type_


def _same_if(test: Callable[[Type], bool]) -> Callable[[Type], Type | None]:
    return lambda type_: type_ if isinstance(type_, ListOf) and test(type_.item) else None


def _joined(type_: Type) -> Type | None:
    return STR if isinstance(type_, ListOf) and has_text(type_.item) else None


_FORMAT = Signature(_texts("pattern"), _gives(STR))
METHODS: Mapping[str, Mapping[str, Signature]] = {
    "str": {
        **{name: Signature((), _gives(STR)) for name in ("lower", "upper", "strip")},
        "replace": Signature(_texts("old", "new"), _gives(STR)),
        "split": Signature(_texts("separator"), _gives(ListOf(STR))),
        **{name: Signature(_texts("part"), _gives(BOOL)) for name in ("starts", "ends")},
    },
    "list": {
        "join": Signature(_texts("separator"), _joined, "a list of values with a text form"),
        "sorted": Signature((), _same_if(is_ordered), "a list of values that have an order"),
        "unique": Signature((), _same_if(lambda item: True)),
        "reversed": Signature((), _same_if(lambda item: True)),
    },
    "date": {"format": _FORMAT},
    "datetime": {"format": _FORMAT, "to": Signature(_texts("zone"), _gives(DATETIME))},
}
"""Every method by the shape of what it is called on."""


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
