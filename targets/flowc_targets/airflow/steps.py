"""The tasks of a DAG while it is planned: what the user wrote, and the bookkeeping between.

A step is a task of the DAG. What it waits for is said twice: as `waits`, by the contract's rules, and as the steps
whose end it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import define, field, frozen

from flowc.ir.graph import Decision, Loop, Need, Node

Kind = Literal[
    "params",
    "node",
    "decision",
    "each",
    "all",
    "gate",
    "fallback",
    "result",
    "list",
    "ends",
    "return",
    "outcome",
]
Path = tuple[str, ...]
"""The loops that a step stands in, outermost first."""


def outermost(path: Path) -> str:
    """The loop around all others of a path."""
    return path[0]


def innermost(path: Path) -> str:
    """The loop inside all others of a path."""
    return path[-1]


@define(eq=False)
class Step:
    """A task of the DAG; `frame` is set when the steps of a path are put together."""

    id: str
    kind: Kind
    path: Path = ()
    order: float = 0
    thing: Node | Decision | Loop | None = None
    waits: list[Wait] = field(factory=list["Wait"])
    frame: int = 0
    groups: tuple[str, ...] = ()
    rule: str | None = "all_success"
    """The trigger rule that says what `waits` say; None where a gate, or the step's own code, has to."""
    gate: Step | None = None
    is_branch: bool = False
    """Of a decision: whether it skips the arms that are not chosen by itself."""
    of: Step | None = None
    """A gate's, fallback gate's or list's step."""

    @property
    def node(self) -> Node:
        """The node of a step that the user wrote."""
        assert isinstance(self.thing, Node)
        return self.thing

    @property
    def name(self) -> str:
        """The last part of the id."""
        return self.id.rpartition(".")[2]

    def steps(self) -> Iterator[Step]:
        """What it waits for, each once."""
        yield from dict.fromkeys(step for wait in self.waits for seen in wait.seen for step in seen.steps())

    def __repr__(self) -> str:
        return f"<{self.id}>"


@frozen(eq=False)
class Seen:
    """A step as its reader sees it: alone, with the checks that judge it, or as a group of others."""

    step: Step | None = None
    checks: tuple[Step, ...] = ()
    members: tuple[Seen, ...] = ()

    def steps(self) -> Iterator[Step]:
        if self.step:
            yield self.step
        yield from self.checks
        for member in self.members:
            yield from member.steps()


Role = Literal["requires", "accepts", "any_of", "awaits", "any_failed", "arm"]


@frozen(eq=False)
class Wait:
    """One need of a step. `arm` is the number of the arm of the decision that is seen."""

    role: Role
    seen: tuple[Seen, ...]
    arm: int = 0
    need: Need | None = None


@define(eq=False)
class ListStep(Step):
    """A mapped step seen from outside of its loops."""

    checks: tuple[Step, ...] = ()

    @property
    def inner(self) -> Step:
        assert self.of is not None
        return self.of
