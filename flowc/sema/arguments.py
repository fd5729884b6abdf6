"""Arguments and the parameters that they meet: for functions, templates, kinds, flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve

from flowc.diagnostics import CODES, Label, Problems
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr
from flowc.ir.types import Type
from flowc.sema.accept import accept
from flowc.sema.context import Context, Formal
from flowc.sema.infer import infer, quoted
from flowc.source import Span
from flowc.syntax import ast


def bind(
    formals: Sequence[Formal], args: Sequence[ast.Arg], context: Context, span: Span, *, callee: str
) -> dict[str, ast.Expr] | None:
    """Which argument each parameter gets, by name; those left out are not in it. None after FLOW302, 303 or 304.

    `callee` is what is called, in backticks, as messages name it; `span` is where it stands.
    """
    given: dict[str, ast.Expr] = {}
    fine, named = True, False
    for place, arg in enumerate(args):
        named = named or arg.name is not None
        name = _name(arg, place, formals, given if named else None, context, callee=callee)
        if name is None:
            fine = False
        elif name in given:
            fine = False
            context.problems.add(
                "FLOW303",
                f"{callee} is given `{name}` twice",
                arg.span,
                related=[Label(given[name].span, "first here")],
            )
        else:
            given[name] = arg.value
    return given if fine and _complete(formals, given, context, span, callee=callee) else None


def _name(
    arg: ast.Arg,
    place: int,
    formals: Sequence[Formal],
    before: Mapping[str, ast.Expr] | None,
    context: Context,
    *,
    callee: str,
) -> str | None:
    """The parameter that an argument is for; `before` are those given so far, once one had a name."""
    known = [formal.name for formal in formals]
    if arg.name is not None:
        if arg.name.text in known:
            return arg.name.text
        near = closest(arg.name.text, known)
        helps = (f"did you mean `{near}`?",) if near else _takes(known)
        context.problems.add("FLOW303", f"{callee} has no parameter `{arg.name.text}`", arg.name.span, helps=helps)
        return None
    if before is not None:
        left = [name for name in known if name not in before]
        helps = (f"name it: {left[0]}: {arg.span.text}",) if left else _takes(known)
        message = "an argument without a name stands after one with a name"
        context.problems.add("FLOW304", message, arg.span, helps=helps)
        return None
    if place < len(known):
        return known[place]
    count = f"{len(known)} argument{'s' if len(known) != 1 else ''}" if known else "no arguments"
    message = f"{callee} takes {count}, and {quoted(arg.span)} is one more"
    context.problems.add("FLOW303", message, arg.span, helps=_takes(known))
    return None


def _takes(known: Sequence[str]) -> tuple[str, ...]:
    return ("it takes " + ", ".join(f"`{name}`" for name in known),) if known else ()


def _complete(
    formals: Sequence[Formal], given: dict[str, ast.Expr], context: Context, span: Span, *, callee: str
) -> bool:
    missing = [each for each in formals if each.required and each.default is None and each.name not in given]
    for formal in missing:
        wants = f": {formal.type}" if formal.type is not None else ""
        context.problems.add(
            "FLOW302", f"{callee} needs `{formal.name}`", span, helps=(f"its parameter is {formal.name}{wants}",)
        )
    return not missing


def bind_typed(
    formals: Sequence[Formal],
    args: Sequence[ast.Arg],
    context: Context,
    span: Span,
    *,
    callee: str,
    defaults: Context | None = None,
) -> dict[str, Expr] | None:
    """As `bind`, with each argument typed and brought to its parameter's type; defaults are typed in `defaults`."""
    given = bind(formals, args, context, span, callee=callee)
    if given is None:
        return None
    values: dict[str, Expr] = {}
    for formal in formals:
        node, where = given.get(formal.name, formal.default), context if formal.name in given else defaults or context
        if node is not None:
            what = f"`{formal.name}` of {callee}"
            is_own = formal.name not in given
            values[formal.name] = (default_value if is_own else _value)(node, where, formal.type, what=what)
    return values


def _value(node: ast.Expr, context: Context, want: Type | None, *, what: str) -> Expr:
    return accept(infer(node, context, want), want, context, node.span, what=what)


def default_value(node: ast.Expr, context: Context, want: Type | None, *, what: str) -> Expr:
    """A parameter's default as a value of its type: what does not fit, in any part of it, is FLOW317."""
    own = Problems()
    found = _value(node, evolve(context, problems=own), want, what=what)
    for each in own:
        is_misfit = each.code.number == "FLOW301"
        context.problems.report(evolve(each, code=CODES["FLOW317"]) if is_misfit else each)
    return found
