"""Elements of values: `xs[i]`, `m[k]`, `j[i]`, and lists made of the elements of others."""

from __future__ import annotations

from attrs import evolve

from flowc.ir.expr import Between, Comprehension, Expr, Index, Lit, Local
from flowc.ir.types import ANY, DATE, INT, JSON, STR, ListOf, MapOf, Range, Type
from flowc.sema.accept import accept, usable
from flowc.sema.conditions import condition, known
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_poison, poison, quoted
from flowc.sema.relations import fits, strip
from flowc.sema.scope import BoundSymbol, Names
from flowc.source import Span
from flowc.syntax import ast


@infer.register
def _index(node: ast.Index, context: Context, hint: Type | None = None) -> Expr:
    operand = usable(infer(node.value, context), context, node.value.span)
    if is_poison(operand):
        return poison(node.span)
    match operand.type:
        case ListOf(item):
            index = accept(infer(node.index, context, INT), INT, context, node.index.span, what="an index")
            return _element(operand, _from_zero(index, node, context), item, node.span)
        case MapOf(key, value):
            index = accept(infer(node.index, context, key), key, context, node.index.span, what="the key")
            return _element(operand, index, value, node.span)
        case type_ if type_ in (JSON, ANY):
            return _element(operand, _json_index(node.index, context), type_, node.span)
        case _:
            context.problems.add(
                "FLOW301", f"{quoted(node.value)} is {operand.type}, which has no elements", node.value.span
            )
            return poison(node.span)


def _element(operand: Expr, index: Expr, type_: Type, span: Span) -> Expr:
    return poison(span) if is_poison(index) else Index(operand, index, type_, span)


def _from_zero(index: Expr, node: ast.Index, context: Context) -> Expr:
    if not isinstance(index, Lit) or not isinstance(index.value, int) or index.value >= 0:
        return index
    context.problems.add(
        "FLOW313", f"an index counts from 0, and {quoted(node.index)} is less", node.index.span,
        helps=(f"the last element is {node.value.span.text}.last",) if index.value == -1 else (),
    )  # fmt: skip
    return poison(node.index.span)


def _json_index(node: ast.Expr, context: Context) -> Expr:
    index = usable(infer(node, context), context, node.span)
    if is_poison(index) or index.type in (INT, JSON, ANY) or fits(index.type, STR):
        return index
    context.problems.add("FLOW301", f"json is indexed by a number or a key, not {index.type}", node.span)
    return poison(node.span)


# ------------------------------------------------------------------ comprehensions


@infer.register
def _comprehension(node: ast.Comprehension, context: Context, hint: Type | None = None) -> Expr:
    over = usable(infer(node.iterable, context), context, node.iterable.span)
    item = _items(over, node.iterable, context)
    if item is None:
        return poison(node.span)
    variable = _fresh(node.name.text, context)
    names = Names(context.names)
    names.declare(BoundSymbol(node.name.text, Local(variable, item, node.name.span), node.name.span))
    inner = evolve(context, names=names, locals=context.locals | {variable})
    test = condition(node.condition, inner) if node.condition is not None else None
    if test is not None:
        inner = evolve(inner, narrowed=inner.narrowed | known(test, True))
    like = strip(hint) if hint is not None else None
    wanted = like.item if isinstance(like, ListOf) else None
    value = usable(infer(node.element, inner, wanted), inner, node.element.span, nullable=True)
    if is_poison(value) or (test is not None and is_poison(test)):
        return poison(node.span)
    return Comprehension(value, variable, over, test, ListOf(value.type), node.span)


def _items(over: Expr, node: ast.Expr, context: Context) -> Type | None:
    """What a comprehension goes over: FLOW308 for what has no elements."""
    if is_poison(over):
        return None
    match over.type:
        case ListOf(item):
            return item
        case Range(item) if isinstance(over, Between) and item in (INT, DATE):
            return item
        case type_ if type_ == ANY:
            return ANY
        case MapOf():
            helps = (f"its keys: {node.span.text}.keys", f"its values: {node.span.text}.values")
        case _:
            helps = ()
    context.problems.add("FLOW308", f"{quoted(node)} is {over.type}, not a list", node.span, helps=helps)
    return None


def _fresh(name: str, context: Context) -> str:
    """The variable's name, another one if a comprehension around has it: a function's body may end up inside of one."""
    number, fresh = 2, name
    while fresh in context.locals:
        fresh, number = f"{name}_{number}", number + 1
    return fresh
