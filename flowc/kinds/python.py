"""`python module:function(args)`: call a function in a worker process."""

from __future__ import annotations

from flowc.ir.actions import Action, Arg, Python
from flowc.ir.types import ANY, Type
from flowc.kinds.base import Desk, Kind
from flowc.syntax import ast


def _check(action: ast.Action, desk: Desk) -> Action:
    assert isinstance(action, ast.PythonAction)
    args = tuple(Arg(arg.name.text if arg.name else None, desk.typed(arg.value)) for arg in action.args)
    desk.python(action.function, action.args)
    return Python(action.function.module, action.function.symbol, args)


def _infer(action: ast.Action, desk: Desk) -> tuple[Type | None, bool]:
    assert isinstance(action, ast.PythonAction)
    signature = desk.python(action.function, action.args)
    if signature is None or signature.returns_nothing:
        return None, False
    return signature.returns or ANY, False


PYTHON = Kind("python", "call a Python function", _check, infer=_infer, has_process=True)
