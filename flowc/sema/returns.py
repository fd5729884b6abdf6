"""What a flow or a template returns: one expression, or several by name, of the declared types."""

from __future__ import annotations

from attrs import evolve

from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr
from flowc.ir.types import Record, Type
from flowc.sema.context import Context
from flowc.sema.expressions import expected
from flowc.syntax import ast


def returned(
    stmt: ast.Return | None, declared: Type | None, several: bool, owner: ast.Name, context: Context
) -> Expr | dict[str, Expr] | None:
    """The values of a `return`, brought to the declared output; None after what is wrong was reported."""
    context = evolve(context, allows=context.allows | {"skipped"})
    if stmt is None:
        context.problems.add(
            "FLOW302", f"`{owner.text}` declares an output and has no `return`", owner.span, helps=("return ...",)
        )
        return None
    if any(value.name is None for value in stmt.values):
        return _single(stmt, declared, several, context)
    return _named(stmt, declared if several else None, several, context)


def _single(stmt: ast.Return, declared: Type | None, several: bool, context: Context) -> Expr | None:
    value = stmt.values[0].value
    if several and isinstance(declared, Record):
        names = ", ".join(f"{field.name}: ..." for field in declared.fields)
        context.problems.add("FLOW302", "several outputs are returned by name", stmt.span, helps=(f"return {names}",))
        return None
    if len(stmt.values) > 1:
        context.problems.add("FLOW303", "`return` takes one value, or all by name", stmt.values[1].span)
    return expected(value, context, declared, what="`return`")


def _named(stmt: ast.Return, declared: Type | None, several: bool, context: Context) -> dict[str, Expr] | None:
    wanted = {field.name: field.type for field in declared.fields} if isinstance(declared, Record) else {}
    if not several:
        context.problems.add(
            "FLOW303",
            "names are returned, and none are declared",
            stmt.span,
            helps=("declare them: `-> (" + ", ".join(f"{v.name.text}: ..." for v in stmt.values if v.name) + ")`",),
        )
        return None
    found: dict[str, Expr] = {}
    for value in stmt.values:
        assert value.name is not None
        name = value.name.text
        if name not in wanted:
            near = closest(name, wanted)
            helps = (f"did you mean `{near}`?",) if near else (f"declared are {', '.join(wanted)}",)
            context.problems.add("FLOW303", f"there is no output `{name}`", value.name.span, helps=helps)
            continue
        found[name] = expected(value.value, context, wanted[name], what=f"`{name}`")
    missing = [name for name in wanted if name not in found]
    if missing and len(missing) + len(found) == len(wanted):
        context.problems.add("FLOW302", f"`return` leaves out {', '.join(f'`{name}`' for name in missing)}", stmt.span)
    return {name: found[name] for name in wanted if name in found}
