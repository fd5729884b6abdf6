"""The ops of a job while it is planned: what the user wrote, and the bookkeeping between."""

from __future__ import annotations

from typing import Literal

from attrs import define

from flowc_targets.project import steps

Kind = Literal["params", "turn", "node", "decision", "each", "all", "table", "result", "ends", "return", "outcome"]


@define(eq=False, repr=False)
class Step(steps.Step["Step", Kind]):
    """An op of the job; a table or a result is of another one."""

    depth: int = 0
    """Of a table: how many of the loops around it are left as they are."""
    checks: tuple[Step, ...] = ()
    """Of a table: the checks that judge its elements."""


Seen = steps.Seen[Step]
Wait = steps.Wait[Step]
