"""`sh "script"`: run a script under `/bin/sh -ec`; each hole is one quoted word."""

from __future__ import annotations

from flowc.ir.actions import Action, Shell
from flowc.kinds.base import Desk, Kind, operand_of
from flowc.syntax import ast


def _check(action: ast.Action, desk: Desk) -> Action | None:
    script = desk.text_operand(operand_of(action), "shell")
    return Shell(script) if script else None


SH = Kind("sh", "run a shell script", _check, gives="text", has_process=True)
