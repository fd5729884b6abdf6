"""`shout "text"`: print it in capitals. It expands to a core action, so every target that has `sh` can say it."""

from __future__ import annotations

from flowc.ir.actions import Action, Shell
from flowc.ir.expr import Text
from flowc.kinds.base import Desk, Kind, operand_of
from flowc.syntax import ast


def _check(action: ast.Action, desk: Desk) -> Action | None:
    said = desk.text_operand(operand_of(action), "text")
    # As a hole the whole text is one quoted word.
    return Shell(Text(("printf '%s\\n' ", said, " | tr '[:lower:]' '[:upper:]'"))) if said else None


SHOUT = Kind("shout", "print a text in capitals", _check, gives="text", has_process=True)
