"""`wait file(..) | time(..) | sql(..) | http(..) | asset(..) | approval(..)`: until something is there, or said."""

from __future__ import annotations

from flowc.ir.actions import Action, Http, Sql, WaitApproval, WaitAsset, WaitFile, WaitTime, WaitUntil
from flowc.ir.expr import Asset, Expr
from flowc.ir.types import ANY, PATH, STR, ListOf, MapOf, Type
from flowc.kinds.base import Desk, Formal, Kind
from flowc.kinds.http import server_of
from flowc.kinds.sql import DIALECTS
from flowc.syntax import ast

_FORMALS = {
    "file": (Formal("path", PATH),),
    "time": (Formal("until", None),),
    "sql": (Formal("statement", STR),),
    "http": (Formal("url", STR), Formal("headers", MapOf(STR, STR), required=False, named=True)),
    "asset": (Formal("asset", None),),
    "approval": (Formal("text", STR), Formal("by", ListOf(STR), required=False, named=True)),
}

_SAMPLES = (
    '`wait file("in/*.csv")`, `wait time(06:00)`, `wait @wh sql("SELECT ...")`, `wait http("https://...")`, '
    '`wait asset(a)` or `wait approval("Go?")`'
)


def _check(action: ast.Action, desk: Desk) -> Action | None:
    assert isinstance(action, ast.KindAction)
    call = action.operand
    if not isinstance(call, ast.Invocation) or call.args is None or call.callee.text not in _FORMALS:
        desk.report(
            "FLOW215",
            "`wait` takes what to wait for",
            call.span,
            helps=(f"write {_SAMPLES}",),
        )
        return None
    what = call.callee.text
    if action.connection and what not in ("sql", "http"):
        desk.report("FLOW303", f"`wait {what}` goes over no connection", action.connection.span)
        return None
    if what in ("sql", "http"):
        look = _look(action, call, desk)
        return WaitUntil(look) if look else None
    bound = desk.bind(call.args, _FORMALS[what], f"wait {what}", call.span)
    match what:
        case "file" if "path" in bound:
            return WaitFile(bound["path"])
        case "time" if "until" in bound:
            return WaitTime(bound["until"]) if _until(action, desk, bound["until"].type) else None
        case "asset" if "asset" in bound:
            return _asset(bound["asset"], call, desk)
        case "approval" if "text" in bound:
            return WaitApproval(bound["text"], bound.get("by"))
        case _:
            return None


def _asset(found: Expr, call: ast.Invocation, desk: Desk) -> WaitAsset | None:
    if isinstance(found, Asset):
        return WaitAsset(found.name)
    if found.type != ANY:  # which is an asset that does not exist: that was told
        desk.report("FLOW301", f"`wait asset` takes an asset, found {found.type}", call.span)
    return None


def _look(action: ast.KindAction, call: ast.Invocation, desk: Desk) -> Sql | Http | None:
    """What is asked each time. Holes are bind parameters, and percent-encoded in a URL, as they are in tasks."""
    what = call.callee.text
    named = {"sql": "statement", "http": "url"}[what]
    given = next((arg.value for arg in call.args or () if arg.name is None or arg.name.text == named), None)
    if given is not None and not isinstance(given, ast.Text):
        desk.report("FLOW301", f"`wait {what}` takes a string, with `#{{holes}}` for what varies", given.span)
        return None
    rest = tuple(arg for arg in call.args or () if arg.value is not given)
    formals = tuple(formal for formal in _FORMALS[what] if given is None or formal.name != named)
    bound = desk.bind(rest, formals, f"wait {what}", call.span)
    if given is None:
        return None
    if what == "sql":
        connection = desk.connection(action.connection, DIALECTS, action.span, "FLOW803")
        return Sql(connection, desk.text(given, "sql")) if connection else None
    return Http("GET", desk.text(given, "url"), server_of(action, given, desk), headers=bound.get("headers"))


def _until(action: ast.KindAction, desk: Desk, found: Type) -> bool:
    fits = str(found) in ("time", "datetime", "duration", "any")
    if not fits:
        desk.report(
            "FLOW301",
            f"`wait time` takes a time, a datetime or a duration, found {found}",
            action.operand.span,
            helps=("write `wait time(06:00)` or `wait time(15m)`",),
        )
    return fits


def _infer(action: ast.Action, desk: Desk) -> tuple[Type | None, bool]:
    assert isinstance(action, ast.KindAction)
    is_file = isinstance(action.operand, ast.Invocation) and action.operand.callee.text == "file"
    return (PATH if is_file else None), False


WAIT = Kind(
    "wait",
    "wait for a file, a time, a row, a server, an asset or somebody's yes",
    _check,
    gives="own",
    infer=_infer,
    inherits_policies=False,
    takes_connection=True,
)
