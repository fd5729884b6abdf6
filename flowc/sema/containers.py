"""Values of several parts that should be of one type: lists, maps, records."""

from __future__ import annotations

from collections.abc import Sequence

from flowc.diagnostics import Label
from flowc.ir.expr import Expr, List, Map
from flowc.ir.types import JSON, NOTHING, NULL, STR, Field, ListOf, MapOf, Record, Type
from flowc.sema.accept import accept
from flowc.sema.context import Context
from flowc.sema.infer import infer, is_literal, is_poison, poison, quoted
from flowc.sema.relations import convert, fits, join, strip
from flowc.syntax import ast


def together(nodes: Sequence[ast.Expr], context: Context, hint: Type | None) -> tuple[list[Expr], Type | None]:
    """Expressions that should be of one type, and what they have in common: None if nothing.

    Literals come last, and take on the type of the others: in `[mode, "full"]` the text is a member of `mode`'s enum.
    """
    found: dict[int, Expr] = {i: infer(node, context, hint) for i, node in enumerate(nodes) if not is_literal(node)}
    common = joined(list(found.values()))
    inner = common if found and common not in (None, NULL) else hint
    for i, node in enumerate(nodes):
        if i not in found:
            found[i] = infer(node, context, inner)
    exprs = [found[i] for i in range(len(nodes))]
    return exprs, joined(exprs)


def joined(exprs: Sequence[Expr]) -> Type | None:
    """What the types of all have in common; of no expression, nothing."""
    common: Type | None = NOTHING
    for expr in exprs:
        common = join(common, expr.type) if common is not None else None
    return common


@infer.register
def _list(node: ast.ListExpr, context: Context, hint: Type | None = None) -> Expr:
    wanted = _item(strip(hint)) if hint else None
    items, common = together(node.items, context, wanted)
    if any(is_poison(item) for item in items):
        return poison(node.span)
    if wanted is not None and all(fits(item.type, wanted) for item in items):
        common = wanted
    if common is None:
        _report_mixed(items, wanted, context)
        return poison(node.span)
    return List(tuple(convert(item, common) for item in items), ListOf(common), node.span)


def _item(hint: Type) -> Type | None:
    return hint.item if isinstance(hint, ListOf) else JSON if hint == JSON else None


def _report_mixed(items: Sequence[Expr], wanted: Type | None, context: Context) -> None:
    """Blame the items that are not of the wanted type, else the first that differs from those before it."""
    if wanted is not None:
        for item in items:
            assert item.at is not None
            accept(item, wanted, context, item.at)
        return
    first, odd = items[0], next(item for i, item in enumerate(items) if joined(items[: i + 1]) is None)
    assert first.at is not None and odd.at is not None
    context.problems.add(
        "FLOW301", f"{quoted(odd.at)} is {odd.type}, and the other items are {first.type}", odd.at,
        label=f"needs {first.type}, found {odd.type}",
        related=[Label(first.at, f"this is {first.type}")],
        helps=("the items of a list are of one type",),
    )  # fmt: skip


# ------------------------------------------------------------------ maps and records


@infer.register
def _map(node: ast.MapExpr, context: Context, hint: Type | None = None) -> Expr:
    wanted = strip(hint) if hint else None
    keys = [_key(entry, context) for entry in node.entries]
    exprs = [
        infer(entry.value, context, _value_hint(wanted, key)) for entry, key in zip(node.entries, keys, strict=True)
    ]
    known = [(key, expr) for key, expr in zip(keys, exprs, strict=True) if key is not None]
    _report_twice(node, context)
    if len(known) < len(keys) or any(is_poison(expr) for expr in exprs):
        return poison(node.span)
    return _shaped(dict(known), wanted, node)


def _shaped(entries: dict[str, Expr], wanted: Type | None, node: ast.MapExpr) -> Expr:
    """With the wanted type if it fits, else a map of what the values have in common, else a record."""
    own = Record(tuple(Field(key, expr.type) for key, expr in entries.items()))
    common = joined(list(entries.values()))
    if isinstance(wanted, Record | MapOf) and fits(own, wanted):
        type_: Type = wanted
    elif wanted == JSON and fits(own, JSON):
        type_ = JSON
    else:
        type_ = own if common is None else MapOf(STR, common)
    items = ((key, convert(expr, _value_hint(type_, key) or expr.type)) for key, expr in entries.items())
    return Map(tuple(items), type_, node.span)


def _value_hint(wanted: Type | None, key: str | None) -> Type | None:
    match wanted:
        case MapOf(_, value):
            return value
        case Record() if key is not None and (field := wanted.field(key)) is not None:
            return field.type
        case _:
            return JSON if wanted == JSON else None


def _key(entry: ast.Entry, context: Context) -> str | None:
    if isinstance(entry.key, ast.Name):
        return entry.key.text
    if entry.key.plain is None:
        context.problems.add("FLOW301", "a key in a map is plain text, without holes", entry.key.span)
    return entry.key.plain


def _report_twice(node: ast.MapExpr, context: Context) -> None:
    seen: dict[str, ast.Entry] = {}
    for entry in node.entries:
        key = entry.key.text if isinstance(entry.key, ast.Name) else entry.key.plain
        held = seen.setdefault(key, entry) if key is not None else entry
        if held is not entry:
            context.problems.add(
                "FLOW202",
                f"the key `{key}` stands twice in this map",
                entry.key.span,
                related=[Label(held.key.span, "first here")],
            )
