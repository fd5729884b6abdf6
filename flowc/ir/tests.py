"""A test of a flow: what its run is given, and what is expected of it. Engines know nothing of these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import field, frozen

from flowc.ir.expr import Expr
from flowc.ir.types import Type
from flowc.source import Span

Word = Literal["ran", "skipped", "failed", "blocked", "recovered", "attempts"]
SetOutcome = Literal["succeeded", "failed", "skipped"]


@frozen
class SetParam:
    """`set region = "eu"`."""

    name: str
    value: Expr
    at: Span = field(eq=False, repr=False)


@frozen
class SetRun:
    """`set run.date = 2024-06-04`; also `at`, `partition` and `event`."""

    word: str
    value: Expr
    at: Span = field(eq=False, repr=False)


@frozen
class SetValue:
    """`set load = 10`, or one of several outputs: `set load.rows = 10`.

    `type` is that of one element's value. Inside so many `loops` the value may be one for all, or nested lists.
    """

    node: str
    output: str | None
    value: Expr
    type: Type
    loops: int
    at: Span = field(eq=False, repr=False)


@frozen
class SetEnd:
    """`set load = failed`: what becomes of a task, or of every task of a group."""

    name: str
    is_group: bool
    outcome: SetOutcome
    at: Span = field(eq=False, repr=False)


Setting = SetParam | SetRun | SetValue | SetEnd


@frozen
class Verdict:
    """`ran(load)`, `attempts(load)`: in the claim it is the parameter `name`; `about` is a task, a group or `run`."""

    name: str
    word: Word
    about: str


@frozen
class Side:
    """A part of a claim that is worth showing when it does not hold, as it is written."""

    text: str
    value: Expr


@frozen
class Claim:
    """What is expected: one of the conditions between which the user wrote `and`."""

    condition: Expr
    verdicts: tuple[Verdict, ...]
    sides: tuple[Side, ...]
    at: Span = field(eq=False, repr=False)


@frozen
class Test:
    """One `test` block."""

    __test__ = False  # for pytest, which would collect what is called so

    title: str
    flow: str
    settings: tuple[Setting, ...]
    claims: tuple[Claim, ...]
    at: Span = field(eq=False, repr=False)

    def expressions(self) -> Iterator[Expr]:
        """All that is computed for it."""
        yield from (each.value for each in self.settings if not isinstance(each, SetEnd))
        for claim in self.claims:
            yield claim.condition
            yield from (side.value for side in claim.sides)
