"""`http get("url")`: one request; a status of 400 or more fails."""

from __future__ import annotations

from typing import Literal, cast

from flowc.ir.actions import Action, Http
from flowc.ir.types import JSON, STR, MapOf, Type
from flowc.kinds.base import Desk, Formal, Kind
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
    if not isinstance(call, ast.Invocation) or call.args is None or call.callee.text not in METHODS:
        said = call.callee.text if isinstance(call, ast.Invocation) else "a text"
        desk.report(
            "FLOW215",
            f"`http` takes one of its methods, found {said}",
            call.span,
            helps=(f'write `http get("https://...")`; the methods are {", ".join(METHODS)}',),
        )
        return None
    url = next((arg.value for arg in call.args if arg.name is None or arg.name.text == "url"), None)
    bound = desk.bind(call.args, _FORMALS, f"http {call.callee.text}", call.span)
    if not isinstance(url, ast.Text):
        if url is not None:
            desk.report("FLOW301", "the URL of `http` is a string, with `#{holes}` for what varies", url.span)
        return None
    connection = desk.connection(action.connection, ("http",), action.span, "FLOW803") if action.connection else None
    method = cast(Literal["GET", "POST", "PUT", "PATCH", "DELETE"], call.callee.text.upper())
    parts = {name: bound.get(name) for name in ("headers", "params", "json", "body")}
    return Http(method, desk.text(url, "url"), connection, **parts)


def _infer(action: ast.Action, desk: Desk) -> tuple[Type | None, bool]:
    return None, False


HTTP = Kind("http", "send one HTTP request", _check, infer=_infer)

RESPONSES: tuple[Type, ...] = (JSON, STR)
