"""What came of a test, and how it is told: each mistake as a diagnostic with its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from attrs import evolve, frozen

from flowc.diagnostics import CODES, Diagnostic, Label
from flowc.ir.tests import Claim, Test
from flowc.source import Span


@frozen
class Report:
    """`failed`: something that is expected does not hold. `error`: the test does not say enough to be run."""

    test: Test
    outcome: Literal["passed", "failed", "error"]
    diagnostics: tuple[Diagnostic, ...] = ()
    trace: tuple[str, ...] = ()
    seconds: float = 0.0


def untrue(claim: Claim, sides: Sequence[str], why: str) -> Diagnostic:
    """A claim that does not hold, and what each side of it came to."""
    notes = ("\n".join(sides),) if sides else ()
    return Diagnostic(CODES["FLOW831"], f"{_quoted(claim.at)} does not hold", claim.at, why, notes=notes)


def traced(found: Sequence[Diagnostic], trace: Sequence[str]) -> tuple[Diagnostic, ...]:
    """What was found, the trace of the run with the last of it."""
    if not trace or not any(each.code.number == "FLOW831" for each in found):
        return tuple(found)  # of a run that could not be decided it says nothing
    note = "\n".join(("the run came to", *trace))
    return (*found[:-1], evolve(found[-1], notes=(*found[-1].notes, note)))


def lacking(name: str, at: Span, test: Test, *, what: str) -> Diagnostic:
    """Something is read that the test does not set."""
    is_there = at.source.path == test.at.source.path and at.line == test.at.line
    related = () if is_there else (Label(test.at, "in this test"),)
    return Diagnostic(
        CODES["FLOW832"], f"{what} `{name}`, which the test does not set", at, related=related,
        helps=(f"set {name} = ...",),
    )  # fmt: skip


def impossible(said: str, at: Span, *helps: str) -> Diagnostic:
    """The run cannot begin as it was set."""
    return Diagnostic(CODES["FLOW832"], said, at, helps=helps)


def _quoted(at: Span) -> str:
    text = " ".join(at.text.split())
    return f"`{text}`" if len(text) <= 60 else "what is expected"
