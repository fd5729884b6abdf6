"""Types as they are written become types; how types relate is in `relations`, and can be had from here too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never, get_args

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.types import (
    ANY,
    ASSET,
    CONNECTION,
    Decimal,
    Enum,
    Field,
    ListOf,
    MapOf,
    Record,
    Scalar,
    ScalarName,
    Table,
    Type,
)
from flowc.sema.context import Context
from flowc.sema.relations import (
    LIMITS,
    convert,
    fits,
    has_text,
    is_json,
    is_number,
    is_ordered,
    is_secret,
    join,
    may_be_null,
    optional,
    strip,
    transportable,
)
from flowc.source import Span
from flowc.syntax import ast

__all__ = [
    "LIMITS", "convert", "fits", "has_text", "is_json", "is_number", "is_ordered", "is_secret", "join", "may_be_null",
    "optional", "strip", "transportable", "type_from",
]  # fmt: skip

_PLAIN: dict[str, Type] = {
    **{name: Scalar(name) for name in get_args(ScalarName)},
    "table": Table(),
    "asset": ASSET,
    "connection": CONNECTION,
}
_SHAPES = {"list": "list[str]", "map": "map[str, int]", "decimal": "decimal(12, 2)"}
_LONGEST = 38
_OTHER_WORDS = {
    "string": "str", "text": "str", "varchar": "str", "integer": "int", "bigint": "int", "number": "int",
    "double": "float", "boolean": "bool", "timestamp": "datetime", "timedelta": "duration", "interval": "duration",
    "file": "path", "dict": "map[str, json]", "array": "list[str]", "object": "json",
    "numeric": "decimal(12, 2)", "null": "str?",
}  # fmt: skip


def type_from(node: ast.Type, context: Context) -> Type:
    """The type that is written; `any` after FLOW307 (unknown), FLOW313 (a decimal's digits) or FLOW202 was reported."""
    match node:
        case ast.NamedType(name):
            return _named(name, context)
        case ast.GenericType():
            return _generic(node, context)
        case ast.SizedType():
            return _sized(node, context)
        case ast.OptionalType(inner):
            return optional(type_from(inner, context))
        case ast.TextType():
            return _texts((node,), context)
        case ast.UnionType(members):
            return _texts(members, context)
        case ast.RecordType(fields):
            return _record(fields, context)
        case _:
            assert_never(node)


def _named(name: ast.Dotted, context: Context) -> Type:
    own = context.world.type_named(name)
    if own is not None:
        return own
    if name.text in _PLAIN:
        return _PLAIN[name.text]
    if name.text in _SHAPES:
        return _refuse(f"`{name.text}` needs to know of what", name.span, context, f"for example {_SHAPES[name.text]}")
    if name.text == "any":
        return _refuse(
            "`any` cannot be written: it is the type of what untyped Python returns", name.span, context,
            "json takes every value that JSON has",
        )  # fmt: skip
    near = _OTHER_WORDS.get(name.text.lower()) or closest(name.text, (*context.world.type_names(), *_PLAIN, *_SHAPES))
    return _refuse(f"there is no type `{name.text}`", name.span, context, f"did you mean `{near}`?" if near else "")


def _refuse(message: str, span: Span, context: Context, help: str = "") -> Type:
    context.problems.add("FLOW307", message, span, helps=(help,) if help else ())
    return ANY


# ------------------------------------------------------------------ with brackets


def _generic(node: ast.GenericType, context: Context) -> Type:
    args = [type_from(arg, context) for arg in node.args]
    makers: dict[str, tuple[int, Callable[[], Type]]] = {
        "list": (1, lambda: ListOf(args[0])),
        "map": (2, lambda: MapOf(args[0], args[1])),
        "table": (1, lambda: _table(args[0], node, context)),
    }
    count, make = makers.get(node.name.text, (0, lambda: ANY))
    if count == 0:
        near = closest(node.name.text, makers)
        help = f"did you mean `{near}`?" if near else "list[...], map[..., ...] and table[...] do"
        return _refuse(f"`{node.name.text}` takes no types in brackets", node.name.span, context, help)
    if len(args) != count:
        shape = "table[Order]" if node.name.text == "table" else _SHAPES[node.name.text]
        return _refuse(
            f"`{node.name.text}` takes {count} type{'s' if count > 1 else ''}",
            node.span,
            context,
            f"for example {shape}",
        )
    return make()


def _table(schema: Type, node: ast.GenericType, context: Context) -> Type:
    if isinstance(schema, Record):
        return Table(schema)
    if schema == ANY:
        return Table()
    return _refuse(
        f"a table has a schema, and `{schema}` is none", node.args[0].span, context, "schema Order { id: int @key }"
    )


def _sized(node: ast.SizedType, context: Context) -> Type:
    if node.name.text != "decimal":
        return _refuse(f"`{node.name.text}` takes no numbers", node.name.span, context)
    digits = [arg.value for arg in node.args if isinstance(arg, ast.IntLiteral)]
    if len(digits) != 2 or len(node.args) != 2:
        return _refuse(
            "`decimal` takes two numbers: all digits, and those after the point", node.span, context, _SHAPES["decimal"]
        )
    precision, scale = digits
    if not 1 <= precision <= _LONGEST or not 0 <= scale <= precision:
        context.problems.add(
            "FLOW313", f"decimal({precision}, {scale}) is out of range", node.span,
            helps=(f"1 to {_LONGEST} digits in all, and no more of them after the point",),
        )  # fmt: skip
        return ANY
    return Decimal(precision, scale)


# ------------------------------------------------------------------ unions and records


def _texts(nodes: Sequence[ast.Type], context: Context) -> Type:
    """`"a" | "b"`; a named enum in it gives its members."""
    members: dict[str, Span] = {}
    for node in nodes:
        type_ = None if isinstance(node, ast.TextType) else type_from(node, context)
        if isinstance(node, ast.TextType) and node.text.plain is not None:
            found: tuple[str, ...] = (node.text.plain,)
        elif isinstance(type_, Enum):
            found = type_.members
        else:
            return (
                ANY
                if type_ == ANY
                else _refuse("only texts are joined with `|`", node.span, context, 'for example "full" | "delta"')
            )
        for member in found:
            _once(member, f'"{member}" stands twice in this type', node.span, members, context)
    return Enum(tuple(members))


def _record(fields: Sequence[ast.Field], context: Context) -> Type:
    seen: dict[str, Span] = {}
    kept = [
        field
        for field in fields
        if _once(field.name.text, f"the field `{field.name.text}` stands twice", field.name.span, seen, context)
    ]
    return Record(tuple(Field(field.name.text, type_from(field.type, context)) for field in kept))


def _once(name: str, message: str, span: Span, seen: dict[str, Span], context: Context) -> bool:
    if name in seen:
        context.problems.add("FLOW202", message, span, related=[Label(seen[name], "first here")])
        return False
    seen[name] = span
    return True
