"""`http get("url")`: one request; a status of 400 or more fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from flowc.ir.actions import Action, Http
from flowc.ir.expr import Expr, Lit
from flowc.ir.types import ANY, BYTES, JSON, PATH, STR, MapOf, Record
from flowc.kinds.base import Desk, Formal, Kind
from flowc.source import Span
from flowc.syntax import ast

METHODS = ("get", "post", "put", "patch", "delete")
_FORMALS = (
    Formal("url", STR),
    Formal("headers", MapOf(STR, STR), required=False, named=True),
    Formal("params", None, required=False, named=True),
    Formal("json", None, required=False, named=True),
    Formal("body", None, required=False, named=True),
)


def _check(action: ast.Action, desk: Desk) -> Action | None:
    assert isinstance(action, ast.KindAction)
    call = action.operand
    sample = f'write `http get("https://...")`; the methods are {", ".join(METHODS)}'
    if not isinstance(call, ast.Invocation) or call.args is None:
        desk.report("FLOW215", "`http` takes a method and a URL", call.span, helps=(sample,))
        return None
    if call.callee.text not in METHODS:
        desk.report("FLOW215", f"`http` knows no method `{call.callee.text}`", call.callee.span, helps=(sample,))
        return None
    url = next((arg.value for arg in call.args if arg.name is None or arg.name.text == "url"), None)
    bound = desk.bind(call.args, _FORMALS, f"http {call.callee.text}", call.span)
    if not isinstance(url, ast.Text):
        if url is not None and bound.get("url", Lit(None, ANY)).type != ANY:
            desk.report("FLOW301", "the URL of `http` is a string, with `#{holes}` for what varies", url.span)
        return None
    _judge(bound, desk, call.span)
    connection = server_of(action, url, desk)
    method = cast(Literal["GET", "POST", "PUT", "PATCH", "DELETE"], call.callee.text.upper())
    parts = {name: bound.get(name) for name in ("headers", "params", "json", "body")}
    return Http(method, desk.text(url, "url"), connection, **parts)


def server_of(action: ast.KindAction, url: ast.Text, desk: Desk) -> str | None:
    """The connection whose server is asked: the one that is named; for a path alone (`/things`) the only one there is.

    None for a URL with a server of its own, which no connection's headers are for.
    """
    is_path = bool(url.parts) and isinstance(url.parts[0], str) and url.parts[0].startswith("/")
    if action.connection is None and not is_path:
        return None
    return desk.connection(action.connection, ("http",), action.span, "FLOW803")


def _judge(bound: Mapping[str, Expr], desk: Desk, at: Span) -> None:
    params = bound.get("params")
    if params is not None and params.type != ANY and not isinstance(params.type, MapOf | Record):
        desk.report(
            "FLOW301",
            f"`params` takes names and values, found {params.type}",
            params.at or at,
            helps=('params: {page: 1, q: "x"}',),
        )
    if "json" in bound and "body" in bound:
        desk.report("FLOW303", "a request has `json:` or `body:`, not both", bound["body"].at or at)


HTTP = Kind("http", "send one HTTP request", _check, outputs=(JSON, STR, BYTES, PATH), takes_connection=True)
