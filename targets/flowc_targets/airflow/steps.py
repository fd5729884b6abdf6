"""The tasks of a DAG while it is planned: what the user wrote, and the bookkeeping between.

A step is a task of the DAG. What it waits for is said twice: as `waits`, by the contract's rules, and as the steps
whose end it needs.
"""

from __future__ import annotations

from typing import Literal

from attrs import define

from flowc_targets.project import steps
from flowc_targets.project.steps import Path

Kind = Literal[
    "params",
    "turn",
    "node",
    "decision",
    "each",
    "all",
    "gate",
    "fallback",
    "result",
    "list",
    "settled",
    "ends",
    "return",
    "outcome",
]


def outermost(path: Path) -> str:
    """The loop around all others of a path."""
    return path[0]


def innermost(path: Path) -> str:
    """The loop inside all others of a path."""
    return path[-1]


@define(eq=False, repr=False)
class Step(steps.Step["Step", Kind]):
    """A task of the DAG."""

    groups: tuple[str, ...] = ()
    rule: str | None = "all_success"
    """The trigger rule that says what `waits` say; None where a gate, or the step's own code, has to."""
    gate: Step | None = None
    is_branch: bool = False
    """Of a decision: whether it skips the arms that are not chosen by itself."""

    @property
    def name(self) -> str:
        """The last part of the id."""
        return self.id.rpartition(".")[2]


@define(eq=False, repr=False)
class ListStep(Step):
    """A mapped step seen from outside of its loops."""

    checks: tuple[Step, ...] = ()
    tells: bool = False
    """Whether a group asks what its instances came to."""


Seen = steps.Seen[Step]
Wait = steps.Wait[Step]
