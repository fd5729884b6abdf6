"""The ops of a job while it is planned: what the user wrote, and the bookkeeping between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import define, field, frozen

from flowc.ir.graph import Decision, InLoop, Loop, Need, Node, Scope

Kind = Literal["params", "node", "decision", "each", "all", "table", "result", "ends", "return", "outcome"]
Path = tuple[str, ...]
"""The loops that a step stands in, outermost first."""


@define(eq=False)
class Step:
    """An op of the job. `frame` is set when the steps of a path are put together."""

    id: str
    kind: Kind
    path: Path = ()
    order: float = 0
    thing: Node | Decision | Loop | None = None
    waits: list[Wait] = field(factory=list["Wait"])
    frame: int = 0
    of: Step | None = None
    """A table's or a result's step."""
    depth: int = 0
    """Of a table: how many of the loops around it are left as they are."""
    checks: tuple[Step, ...] = ()
    """Of a table: the checks that judge its elements."""

    @property
    def node(self) -> Node:
        """The node of a step that the user wrote."""
        assert isinstance(self.thing, Node)
        return self.thing

    @property
    def inner(self) -> Step:
        """What a table or a result is of."""
        assert self.of is not None
        return self.of

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
        """All that it is made of."""
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


def loops_of(scope: Scope) -> Path:
    """The loops of a scope, outermost first."""
    return tuple(place.loop for place in scope if isinstance(place, InLoop))


def shared(path: Path, other: Path) -> int:
    """How many loops, from the outermost in, both stand in."""
    count = 0
    for loop, another in zip(path, other, strict=False):
        if loop != another:
            break
        count += 1
    return count
