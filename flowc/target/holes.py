"""Texts with holes as Python, by what the text is for: a shell script, a URL, a statement of SQL.

Each hole is a call of the runtime: one quoted word of the shell, percent-encoded in a URL, a bind parameter in SQL. A
constant in a hole is no exception: it may hold anything.
"""

from __future__ import annotations

from collections.abc import Callable

from flowc.ir import expr as ir
from flowc.ir.expr import Expr
from flowc.ir.types import JSON, ListOf, Optional, Record, Type
from flowc.target.builtins import family
from flowc.target.code import Code, support
from flowc.target.literals import literal, string
from flowc.target.python import Leaves, source
from flowc.target.strings import Part, interpolated
from flowc.target.types import spelled

_TELL_THEMSELVES = ("str", "int", "float", "bool", "date", "time", "datetime", "duration", "bytes", "path")


def script(text: ir.Text, leaves: Leaves) -> Code:
    """A shell script: each hole is `quoted(value)`."""
    return _filled(text, lambda part, is_first: _formed("quoted", part, leaves))


def url(text: ir.Text, leaves: Leaves) -> Code:
    """A URL: each hole is `encoded(value)`, one at its very start `base(value)`."""
    return _filled(text, lambda part, is_first: _formed("base" if is_first else "encoded", part, leaves))


def statement(text: ir.Text, leaves: Leaves) -> Code:
    """SQL: a plain string, or `statement("... {} ...", value)`."""
    holes = [part for part in text.parts if not isinstance(part, str)]
    if not holes:
        return interpolated(("".join(part for part in text.parts if isinstance(part, str)),))
    said = "".join(part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else "{}" for part in text.parts)
    return support("statement", interpolated((said,)), *(_bound(hole, leaves) for hole in holes))


def _filled(text: ir.Text, form: Callable[[Expr, bool], Code]) -> Code:
    parts: list[Part] = []
    for part in text.parts:
        parts.append(part if isinstance(part, str) else form(part, not any(parts)))
    return interpolated(tuple(parts))


def _formed(function: str, part: Expr, leaves: Leaves) -> Code:
    value = source(part, leaves)
    kind = part.type.item if isinstance(part.type, Optional) else part.type
    inner = kind.item if isinstance(kind, ListOf) else kind
    if family(inner) in _TELL_THEMSELVES or isinstance(kind, ListOf):
        return support(function, value)
    return support(function, value, Code(string(spelled(part.type))))


def _bound(hole: Expr, leaves: Leaves) -> Code:
    kind = hole.type.item if isinstance(hole.type, Optional) else hole.type
    if isinstance(hole, ir.Call) and hole.function in ("table", "ident"):
        value = source(hole.args[0], leaves)
        columns = _columns(hole.args[0].type) if hole.function == "table" else []
        return support(hole.function, value, Code(literal(columns))) if columns else support(hole.function, value)
    value = source(hole, leaves)
    return support("as_json", value) if kind == JSON else value


def _columns(kind: Type) -> list[str]:
    """The names of a relation's columns, where its type knows them: rows may be none."""
    if isinstance(kind, ListOf) and isinstance(kind.item, Record):
        return [field.name for field in kind.item.fields]
    return []
