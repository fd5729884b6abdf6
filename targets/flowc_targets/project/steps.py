"""The steps of a flow while it is planned for an engine of steps: what the user wrote, and the bookkeeping between.

A target makes a step of its own of `Step`, with what its engine asks of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, Literal, TypeVar

from attrs import define, field, frozen

from flowc.ir.graph import Accepts, Awaits, Decision, InArm, InLoop, Loop, Need, Node, Requires, Scope

StepT = TypeVar("StepT", bound="Step[Any, Any]")
KindT = TypeVar("KindT", bound=str)

Path = tuple[str, ...]
"""The loops that a step stands in, outermost first."""

Role = Literal["requires", "accepts", "any_of", "awaits", "any_failed", "arm"]
ROLES: Mapping[type[Any], Role] = {Requires: "requires", Accepts: "accepts", Awaits: "awaits"}


@define(eq=False, repr=False)
class Step(Generic[StepT, KindT]):
    """Something that the engine runs. `frame` is set when the steps of a path are put together."""

    id: str
    kind: KindT
    path: Path = ()
    order: float = 0
    thing: Node | Decision | Loop | None = None
    waits: list[Wait[StepT]] = field(factory=list["Wait[StepT]"])
    frame: int = 0
    of: StepT | None = None
    """The step that it is bookkeeping of."""

    @property
    def node(self) -> Node:
        """The node of a step that the user wrote."""
        assert isinstance(self.thing, Node)
        return self.thing

    @property
    def inner(self) -> StepT:
        """The step that it is bookkeeping of, which is known."""
        assert self.of is not None
        return self.of

    def steps(self) -> Iterator[StepT]:
        """What it waits for, each once."""
        yield from dict.fromkeys(step for wait in self.waits for seen in wait.seen for step in seen.steps())

    def __repr__(self) -> str:
        return f"<{self.id}>"


@frozen(eq=False)
class Seen(Generic[StepT]):
    """A step as its reader sees it: alone, with the checks that judge it, or as a group of others."""

    step: StepT | None = None
    checks: tuple[StepT, ...] = ()
    members: tuple[Seen[StepT], ...] = ()

    def steps(self) -> Iterator[StepT]:
        """All that it is made of."""
        if self.step:
            yield self.step
        yield from self.checks
        for member in self.members:
            yield from member.steps()


@frozen(eq=False)
class Wait(Generic[StepT]):
    """One need of a step. `arm` is the number of the arm of the decision that is seen."""

    role: Role
    seen: tuple[Seen[StepT], ...]
    arm: int = 0
    need: Need | None = None


def loops_of(scope: Scope) -> Path:
    """The loops of a scope, outermost first."""
    return tuple(place.loop for place in scope if isinstance(place, InLoop))


def places_of(scope: Scope) -> list[str]:
    """The decisions and the loops of a scope, outermost first."""
    return [place.decision if isinstance(place, InArm) else place.loop for place in scope]


def shared(path: Path, other: Path) -> int:
    """How many loops, from the outermost in, both stand in."""
    count = 0
    for loop, another in zip(path, other, strict=False):
        if loop != another:
            break
        count += 1
    return count
