"""Calls: a project's own functions, inlined; built-in functions; methods of values."""

from __future__ import annotations

from attrs import evolve

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, Local
from flowc.ir.types import ANY, Type
from flowc.sema import habits
from flowc.sema.accept import accept
from flowc.sema.arguments import bind_typed, default_value
from flowc.sema.builtins import FUNCTIONS, call_builtin
from flowc.sema.context import Context, FunctionSymbol
from flowc.sema.infer import infer, is_poison, poison, quoted
from flowc.sema.method_calls import call_method
from flowc.sema.scope import BoundSymbol, ModuleSymbol, Names
from flowc.sema.unknown import CLOCK
from flowc.syntax import ast


@infer.register
def _call(node: ast.Call, context: Context, hint: Type | None = None) -> Expr:
    match node.function:
        case ast.Name() as name:
            own = context.world.function(ast.Dotted((name,), span=name.span))
            if own is not None:
                return _inlined(own, node, context)
            return call_builtin(name, node, context, hint) if name.text in FUNCTIONS else _unknown(name, node, context)
        case ast.Attribute(ast.Name() as first, name) if _is_module(first, context):
            dotted = ast.Dotted((first, name), span=node.function.span)
            own = context.world.function(dotted)
            return _inlined(own, node, context) if own is not None else _unknown(dotted, node, context)
        case ast.Attribute(value, name):
            return call_method(value, name, node, context)
        case other:
            context.problems.add("FLOW301", f"{quoted(other)} is not a function", other.span)
            return poison(node.span)


def _is_module(name: ast.Name, context: Context) -> bool:
    return isinstance(context.names.find(name.text), ModuleSymbol)


def _unknown(name: ast.Name | ast.Dotted, node: ast.Call, context: Context) -> Expr:
    if isinstance(name, ast.Name) and context.names.find(name.text) is not None:
        context.problems.add("FLOW301", f"`{name.text}` is a value, not a function", name.span)
        return poison(node.span)
    if name.text in CLOCK:
        context.problems.add(
            "FLOW513", f"there is no `{name.text}()`: a flow that asks the clock cannot be run again", name.span,
            helps=(f"write {CLOCK[name.text]}: the instant that the run is for is run.at, its day run.date",),
        )  # fmt: skip
        return poison(node.span)
    near = closest(name.text, (*context.world.callables(), *FUNCTIONS))
    said = habits.FUNCTIONS.get(name.text)
    helps = (said,) if said else (f"did you mean `{near}`?",) if near else ()
    context.problems.add("FLOW201", f"there is no function `{name.text}`", name.span, helps=helps)
    return poison(node.span)


# ------------------------------------------------------------------ functions of the project


def _inlined(function: FunctionSymbol, node: ast.Call, context: Context) -> Expr:
    """The body, with the arguments in the place of the parameters."""
    if function in context.inlining:
        path = " -> ".join(each.name for each in (*context.inlining, function))
        context.problems.add(
            "FLOW401",
            f"a function cannot call itself: {path}",
            node.span,
            related=[Label(function.span, f"`{function.name}` is declared here")],
        )
        return poison(node.span)
    inside = evolve(context, names=function.names, world=function.world)
    values = bind_typed(function.params, node.args, context, node.span, callee=f"`{function.name}`", defaults=inside)
    if values is None or any(is_poison(value) for value in values.values()):
        return poison(node.span)
    names = Names(function.names)
    for name, value in values.items():
        names.declare(BoundSymbol(name, value, value.at or node.span))
    body = body_of(function, evolve(inside, names=names, inlining=(*context.inlining, function)))
    return poison(node.span) if is_poison(body) else evolve(body, at=node.span)


def body_of(function: FunctionSymbol, inside: Context) -> Expr:
    """The body as a value of the declared type."""
    expr = infer(function.body, inside, function.result)
    return accept(expr, function.result, inside, function.body.span, what=f"the result of `{function.name}`")


def check_function(function: FunctionSymbol, context: Context) -> None:
    """Report what is wrong in a function that nobody may call."""
    names = Names(function.names)
    for formal in function.params:
        names.declare(BoundSymbol(formal.name, Local(formal.name, formal.type or ANY, function.span), function.span))
        if formal.default is not None and formal.type is not None:
            there = evolve(context, names=function.names, world=function.world)
            default_value(formal.default, there, formal.type, what=f"`{formal.name}` of `{function.name}`")
    body_of(function, evolve(context, names=names, world=function.world, inlining=(function,)))
