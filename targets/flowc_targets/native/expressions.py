"""Expressions and texts with holes as functions of the view `v`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import frozen

from flowc.ir import expr as ir
from flowc.ir.expr import Expr, walk
from flowc.ir.graph import Asset, Graph
from flowc.ir.types import JSON, ListOf, Optional, Record, Table, Type
from flowc.target.builtins import family
from flowc.target.code import ATOM, Code, compose, support
from flowc.target.literals import literal, string
from flowc.target.python import source, text_form
from flowc.target.strings import Part, interpolated
from flowc.target.types import spelled

_TELL_THEMSELVES = ("str", "int", "float", "bool", "date", "time", "datetime", "duration", "bytes", "path")


@frozen
class ViewLeaves:
    """What expressions read, as attributes and methods of the view, which is called `v` unless that name is taken."""

    graph: Graph
    v: str = "v"

    def param(self, leaf: ir.Param) -> Code:
        return Code(f"{self.v}.params[{string(leaf.name)}]")

    def run(self, leaf: ir.Run) -> Code:
        return Code(f"{self.v}.run.{leaf.name}")

    def output(self, leaf: ir.Output) -> Code:
        names = [leaf.node] + ([leaf.field] if leaf.field else [])
        return Code(f"{self.v}.value({', '.join(map(string, names))})")

    def item(self, leaf: ir.Item) -> Code:
        return Code(f"{self.v}.{leaf.role}({string(leaf.loop)})")

    def secret(self, leaf: ir.Secret) -> Code:
        return support("secret", Code(string(leaf.name)))

    def env(self, leaf: ir.Env, default: Code | None) -> Code:
        kind = leaf.type.item if isinstance(leaf.type, Optional) else leaf.type
        args = [Code(string(leaf.name))]
        args += [default] if default is not None else []
        if family(kind) != "str":
            args += [Code(f"type={string(spelled(kind))}")]
        return support("env", *args)

    def asset(self, leaf: ir.Asset) -> Code:
        return asset_value(self.graph.asset(leaf.name))

    def connection(self, leaf: ir.Connection) -> Code:
        return Code(f"{self.v}.connection({string(leaf.name)})")


def asset_value(asset: Asset) -> Code:
    """An asset as a value: a table that knows its connection, or a path."""
    name = asset.locator or asset.name
    if not isinstance(asset.type, Table) and family(asset.type) == "path":
        return support("path", Code(string(name)))
    return support("Table", Code(string(name)), Code(literal(asset.connection)))


def code(expr: Expr, graph: Graph) -> Code:
    """The expression, in the terms of `v`."""
    return source(expr, leaves(graph, expr))


def function(expr: Expr, graph: Graph) -> Code:
    """`lambda v: expression`."""
    return lambda_of(code(expr, graph), view_name(expr))


def words(expr: Expr, graph: Graph) -> Code:
    """A text: a plain string where it depends on nothing, else a function."""
    if isinstance(expr, ir.Lit) and isinstance(expr.value, str):
        return Code(string(expr.value))
    if isinstance(expr, ir.Text):
        found = source(expr, leaves(graph, expr))
        return lambda_of(found, view_name(expr)) if _has_holes(expr) else found
    return lambda_of(text_form(expr, leaves(graph, expr)), view_name(expr))


def script(text: ir.Text, graph: Graph) -> Code:
    """A shell script: each hole is `quoted(value)`."""
    return _holes(text, graph, lambda part, first: _formed("quoted", part, graph))


def url(text: ir.Text, graph: Graph) -> Code:
    """A URL: each hole is `encoded(value)`, one at its very start `base(value)`."""
    return _holes(text, graph, lambda part, first: _formed("base" if first else "encoded", part, graph))


def statement(text: ir.Text, graph: Graph) -> Code:
    """SQL: a plain string, or `statement("... {} ...", value)`."""
    holes = [part for part in text.parts if not isinstance(part, str)]
    if not holes:
        return interpolated(("".join(part for part in text.parts if isinstance(part, str)),))
    said = "".join(part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else "{}" for part in text.parts)
    args = [_sql_hole(hole, graph) for hole in holes]
    return lambda_of(support("statement", interpolated((said,)), *args), view_name(text))


def is_constant(expr: Expr) -> bool:
    """Whether the value depends on nothing of the run."""
    reads = (ir.Param, ir.Run, ir.Output, ir.Item, ir.Secret, ir.Env, ir.Connection)
    return not any(isinstance(part, reads) for part in walk(expr))


def listed(items: Iterable[Code]) -> Code:
    """`[a, b]`."""
    found = tuple(items)
    return compose(f"[{', '.join(item.text for item in found)}]", ATOM, found)


def entries(items: Iterable[tuple[str, Code]]) -> Code:
    """`{"a": 1}`."""
    found = tuple(items)
    pairs = ", ".join(f"{string(name)}: {value.text}" for name, value in found)
    return compose(f"{{{pairs}}}", ATOM, [value for _, value in found])


def lambda_of(body: Code, v: str = "v") -> Code:
    """`lambda v: body`."""
    return compose(f"lambda {v}: {body.text}", 0, (body,))


def leaves(graph: Graph, *exprs: Expr) -> ViewLeaves:
    """Leaves for expressions that stand in one function."""
    return ViewLeaves(graph, view_name(*exprs))


def view_name(*exprs: Expr) -> str:
    """`v`, unless a comprehension has a variable of that name."""
    taken = {part.variable for expr in exprs for part in walk(expr) if isinstance(part, ir.Comprehension)}
    return next(name for name in ("v", "view", "run_view", "v_") if name not in taken)


def _holes(text: ir.Text, graph: Graph, form: Callable[[Expr, bool], Code]) -> Code:
    parts: list[Part] = []
    for part in text.parts:
        # a constant in a hole is formed as any other value: it may hold anything
        parts.append(part if isinstance(part, str) else form(part, not any(parts)))
    found = interpolated(tuple(parts))
    return found if all(isinstance(part, str) for part in text.parts) else lambda_of(found, view_name(text))


def _formed(function: str, part: Expr, graph: Graph) -> Code:
    value = code(part, graph)
    kind = part.type.item if isinstance(part.type, Optional) else part.type
    inner = kind.item if isinstance(kind, ListOf) else kind
    if family(inner) in _TELL_THEMSELVES or isinstance(kind, ListOf):
        return support(function, value)
    return support(function, value, Code(string(spelled(part.type))))


def _sql_hole(hole: Expr, graph: Graph) -> Code:
    kind = hole.type.item if isinstance(hole.type, Optional) else hole.type
    if isinstance(hole, ir.Call) and hole.function == "table":
        columns = _columns(hole.args[0].type)
        value = code(hole.args[0], graph)
        return support("table", value, Code(literal(columns))) if columns else support("table", value)
    if isinstance(hole, ir.Call) and hole.function == "ident":
        return support("ident", code(hole.args[0], graph))
    return support("as_json", code(hole, graph)) if kind == JSON else code(hole, graph)


def _columns(kind: Type) -> list[str]:
    if isinstance(kind, ListOf) and isinstance(kind.item, Record):
        return [field.name for field in kind.item.fields]
    return []


def _constant(part: str | Expr) -> str | Expr:
    return part.value if isinstance(part, ir.Lit) and isinstance(part.value, str) else part


def _has_holes(text: ir.Text) -> bool:
    return any(not isinstance(_constant(part), str) for part in text.parts)
