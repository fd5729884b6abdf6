"""`run other(args)`: start another flow, wait, and end as it did (rule 14)."""

from __future__ import annotations

from flowc.ir.actions import Action, Arg, RunFlow
from flowc.kinds.base import Desk, Kind
from flowc.syntax import ast


def _check(action: ast.Action, desk: Desk) -> Action | None:
    assert isinstance(action, ast.KindAction)
    call = action.operand
    if not isinstance(call, ast.Invocation):
        desk.report(
            "FLOW301", "`run` takes a flow, found a text", call.span, helps=("write `run other_flow(day: run.date)`",)
        )
        return None
    found = desk.flow(call.callee)
    if found is None:
        return None
    flow, formals = found
    bound = desk.bind(call.args or (), formals, flow, call.span)
    return RunFlow(flow, tuple(Arg(name, value) for name, value in bound.items()))


RUN = Kind("run", "run another flow", _check, gives="own", inherits_policies=False)
