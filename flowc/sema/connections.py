"""Connections: which settings each kind has, and which are due."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, Item, Output, Param, Run, walk
from flowc.ir.graph import Connection
from flowc.ir.types import BOOL, INT, JSON, PATH, SECRET, STR, MapOf, Type
from flowc.sema.constants import require_stage
from flowc.sema.context import Context
from flowc.sema.expressions import accept, typed
from flowc.sema.spot import origin
from flowc.source import Span
from flowc.syntax import ast


@frozen
class Settings:
    """`due` must be given (all of one of the sets); the others may."""

    due: tuple[tuple[str, ...], ...]
    types: Mapping[str, Type]


_SERVER = {"url": STR, "host": STR, "port": INT, "user": STR, "password": SECRET, "database": STR}
KINDS: Mapping[str, Settings] = {
    "sqlite": Settings((("database",),), {"database": PATH}),
    "duckdb": Settings((("database",),), {"database": PATH}),
    "postgres": Settings(((),), _SERVER),
    "snowflake": Settings(
        ((),),
        {
            name: SECRET if name == "password" else STR
            for name in ("url", "account", "user", "password", "warehouse", "database", "schema", "role")
        },
    ),
    "http": Settings(
        (("url",),), {"url": STR, "headers": MapOf(STR, STR), "user": STR, "password": SECRET, "token": SECRET}
    ),
    "s3": Settings(
        (("bucket",),),
        {"bucket": STR, "region": STR, "endpoint": STR, "role": STR, "access_key": STR, "secret_key": SECRET},
    ),
    "slack": Settings((("url",),), {"url": SECRET}),
    "pagerduty": Settings((("key",),), {"key": SECRET, "url": STR}),
    "smtp": Settings(
        (("host", "sender"),),
        {"host": STR, "port": INT, "user": STR, "password": SECRET, "sender": STR, "tls": BOOL},
    ),
    "spark": Settings((("master",),), {"master": STR, "conf": MapOf(STR, JSON)}),
}
"""The kinds of connections, and their settings."""

LATER = frozenset({"spark"})
"""Those that no target can use yet."""


def read_connection(item: ast.Connection, context: Context) -> Connection:
    """The connection, after what is wrong with it was reported."""
    kind = KINDS.get(item.kind.text)
    if kind is None:
        near = closest(item.kind.text, KINDS)
        context.problems.add(
            "FLOW215",
            f"unknown kind of connection `{item.kind.text}`",
            item.kind.span,
            helps=(f"did you mean `{near}`?",) if near else (f"the kinds are {', '.join(KINDS)}",),
        )
        kind = Settings(((),), {})
    inside = evolve(context, allows=frozenset({"environment"}))
    settings: dict[str, Expr] = {}
    places: dict[str, Span] = {}
    for stmt in item.body:
        if not isinstance(stmt, ast.Clause):
            context.problems.add("FLOW212", "only settings stand in a connection", stmt.span)
            continue
        name = stmt.name.text
        if name in places:
            context.problems.add(
                "FLOW214", f"`{name}` is said twice", stmt.span, related=[Label(places[name], "first here")]
            )
            continue
        places[name] = stmt.span
        value = _value(stmt, kind, item.kind.text, inside)
        if value is not None:
            settings[name] = value
    missing = [name for name in kind.due[0] if name not in places]
    if missing:
        context.problems.add(
            "FLOW302",
            f"a `{item.kind.text}` connection needs `{missing[0]}`",
            item.name.span,
            helps=(f'add `{missing[0]} "..."`',),
        )
    return Connection(
        item.name.text, item.kind.text, tuple(settings.items()), origin=origin(item.span), at=item.name.span
    )


def _value(stmt: ast.Clause, kind: Settings, kind_name: str, context: Context) -> Expr | None:
    name = stmt.name.text
    if name not in kind.types:
        if kind.types:
            near = closest(name, kind.types)
            helps = (f"did you mean `{near}`?",) if near else (f"its settings are {', '.join(kind.types)}",)
            context.problems.add(
                "FLOW211", f"`{kind_name}` connections have no setting `{name}`", stmt.name.span, helps=helps
            )
        return None
    if len(stmt.args) != 1 or stmt.args[0].name is not None:
        context.problems.add("FLOW302", f"`{name}` takes one value", stmt.span)
        return None
    want, arg = kind.types[name], stmt.args[0].value
    found = typed(arg, context, STR if want == SECRET else want)
    if any(isinstance(part, Output | Item | Param | Run) for part in walk(found)):
        require_stage(found, "build", context, "a connection's setting")
    if found.type in (SECRET, want) or (want == SECRET and found.type == STR):
        return found
    return accept(found, STR if want == SECRET else want, context, arg.span)
