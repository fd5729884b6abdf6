"""`wait file(..) | time(..)`: until something is there. `asset` and `approval` are known, and refused at build."""

from __future__ import annotations

from flowc.ir.actions import Action, Arg, Unbuilt, WaitFile, WaitTime
from flowc.ir.expr import Asset
from flowc.ir.types import ANY, PATH, STR, ListOf, Type
from flowc.kinds.base import Desk, Formal, Kind
from flowc.syntax import ast

_FORMALS = {
    "file": (Formal("path", PATH),),
    "time": (Formal("until", None),),
    "asset": (Formal("asset", None),),
    "approval": (Formal("text", STR), Formal("by", ListOf(STR), required=False, named=True)),
}


def _check(action: ast.Action, desk: Desk) -> Action | None:
    assert isinstance(action, ast.KindAction)
    call = action.operand
    if not isinstance(call, ast.Invocation) or call.args is None or call.callee.text not in _FORMALS:
        desk.report(
            "FLOW215",
            "`wait` takes what to wait for",
            call.span,
            helps=('write `wait file("in/*.csv")`, `wait time(06:00)`, `wait asset(a)` or `wait approval("Go?")`',),
        )
        return None
    what = call.callee.text
    bound = desk.bind(call.args, _FORMALS[what], f"wait {what}", call.span)
    match what:
        case "file" if "path" in bound:
            return WaitFile(bound["path"])
        case "time" if "until" in bound:
            return WaitTime(bound["until"]) if _until(action, desk, bound["until"].type) else None
        case "asset" if "asset" in bound and not isinstance(bound["asset"], Asset) and bound["asset"].type != ANY:
            desk.report("FLOW301", f"`wait asset` takes an asset, found {bound['asset'].type}", call.span)
            return None
        case "asset" | "approval":
            return Unbuilt(f"wait {what}", tuple(Arg(name, value) for name, value in bound.items()))
        case _:
            return None


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


WAIT = Kind("wait", "wait for a file or a time", _check, gives="own", infer=_infer, inherits_policies=False)
