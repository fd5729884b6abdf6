"""Whether a value may stand where a type is wanted."""

from __future__ import annotations

from attrs import evolve

from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Asset, Choose, Expr, List, Map
from flowc.ir.types import ANY, ASSET, JSON, SECRET, ListOf, MapOf, Optional, Record, Type
from flowc.sema.context import Context
from flowc.sema.infer import is_poison, poison
from flowc.sema.misfits import report_misfit, report_missing, report_no_value, report_secret
from flowc.sema.place import skipped_task
from flowc.sema.relations import convert, fits, is_secret, strip
from flowc.source import Span


def accept(
    expr: Expr,
    want: Type | None,
    context: Context,
    span: Span | None = None,
    *,
    what: str = "",
) -> Expr:
    """`expr` as a value of `want` (None: of any type), or `poison` after the reason was reported at `span`.

    Without `span` at the place where the expression is written.

    `what` names the taker in messages (`` `day` of `lake` ``).
    """
    if is_poison(expr):
        return expr
    span = span or expr.at
    assert span is not None, "an expression of the source has a place"
    if want is not None:
        inside = _inside(expr, want, context, what=what)
        if inside is not None:
            return inside
    if want == SECRET and expr.type == SECRET:
        return expr
    expr = usable(
        expr, context, span, nullable=want is None or want in (ANY, JSON) or isinstance(want, Optional), want=want
    )
    if is_poison(expr) or want is None or (isinstance(expr, Asset) and want == ASSET):
        return expr
    if fits(expr.type, want):
        return convert(expr, want)
    report_misfit(expr, want, context, span, what=what)
    return poison(span)


def usable(expr: Expr, context: Context, span: Span, *, nullable: bool = False, want: Type | None = None) -> Expr:
    """`expr` as something to compute with: there is a value, it is no secret, and null only where `nullable`."""
    if is_poison(expr):
        return expr
    if report_no_value(expr, context, span):
        return poison(span)
    if is_secret(expr.type) and "environment" not in context.allows:
        report_secret(expr, context, span)
        return poison(span)
    may_be_skipped = "skipped" not in context.allows and skipped_task(expr, context) is not None
    if isinstance(expr.type, Optional) and (not nullable or may_be_skipped):
        report_missing(expr, context, span, want or strip(expr.type))
        return poison(span)
    return expr


def _inside(expr: Expr, want: Type, context: Context, *, what: str) -> Expr | None:
    """A list, map or choice that is written out is judged part by part, so that the part is blamed; else None."""

    def part(inner: Expr, type_: Type, name: str = what) -> Expr:
        assert inner.at is not None
        return accept(inner, type_, context, inner.at, what=name)

    match expr, strip(want):
        case List(items), ListOf(item):
            return _whole(evolve(expr, items=tuple(part(each, item) for each in items), type=strip(want)))
        case List(items), _ if want == JSON:
            return _whole(evolve(expr, items=tuple(part(each, JSON) for each in items), type=ListOf(JSON)))
        case Map(entries), MapOf(_, value):
            return _whole(
                evolve(expr, entries=tuple((key, part(each, value)) for key, each in entries), type=strip(want))
            )
        case Map(entries), _ if want == JSON:
            return _whole(evolve(expr, entries=tuple((key, part(each, JSON)) for key, each in entries), type=JSON))
        case Map(), Record() as record:
            return _as_record(expr, record, context, what=what)
        case Choose(condition, then, otherwise), _:
            return _whole(Choose(condition, part(then, want), part(otherwise, want), want, expr.at))
        case _:
            return None


def _as_record(expr: Map, want: Record, context: Context, *, what: str) -> Expr:
    given = dict(expr.entries)
    assert expr.at is not None
    missing = [field.name for field in want.fields if field.name not in given and not isinstance(field.type, Optional)]
    extra = [key for key in given if want.field(key) is None]
    for key in extra:
        near = closest(key, missing or [field.name for field in want.fields])
        helps = (f"did you mean `{near}`?",) if near else (f"it has {_names(want)}",)
        context.problems.add("FLOW320", f"`{want}` has no field `{key}`", given[key].at, helps=helps)
    if missing and not extra:
        lacks = ", ".join(f"`{name}`" for name in missing)
        context.problems.add(
            "FLOW320", f"`{want}` needs {lacks} too", expr.at, helps=(f"its fields are {_names(want)}",)
        )
    entries = tuple(
        (name, accept(each, field.type, context, each.at or expr.at, what=what))
        for name, each in expr.entries
        if (field := want.field(name)) is not None
    )
    return poison(expr.at) if missing or extra else _whole(evolve(expr, entries=entries, type=want))


def _names(record: Record) -> str:
    return ", ".join(f"`{field.name}`" for field in record.fields)


def _whole(expr: List | Map | Choose) -> Expr:
    """`expr`, or poison if a part of it is."""
    match expr:
        case List(items):
            parts = items
        case Map(entries):
            parts = tuple(value for _, value in entries)
        case Choose(_, then, otherwise):
            parts = (then, otherwise)
    assert expr.at is not None
    return poison(expr.at) if any(is_poison(part) for part in parts) else expr
