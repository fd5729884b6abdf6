"""From a program to a target's files: legalise, lower under a ledger, render. Formatting and writing come after."""

from __future__ import annotations

from collections.abc import Iterable

from flowc.diagnostics import Problems
from flowc.emit.tree import FileTree
from flowc.ir.digest import digest
from flowc.ir.graph import Program
from flowc.target.contract import AnyTarget, Model, Target
from flowc.target.ledger import Ledger, Unread
from flowc.target.legalise import legalise


class DroppedError(Exception):
    """A target's lowering left something of the program unread: a bug of the target, reported as FLOW900."""

    def __init__(self, target: str, unread: tuple[Unread, ...]) -> None:
        listed = "".join(f"\n  {each}" for each in unread)
        super().__init__(f"the target {target} would drop in silence:{listed}")
        self.unread = unread


def lower(target: Target[Model], program: Program) -> Model:
    """The target's model of a program that it can say; DroppedError where it did not read all of it."""
    program = target.prepare(program)
    for graph in program.graphs:
        digest(graph)  # is remembered; under the ledger each of its looks would be watched
    with Ledger(program, target.disregards, target.name) as ledger:
        model = target.lower(program)
    if unread := ledger.unread():
        raise DroppedError(target.name, unread)
    return model


def build(
    target: AnyTarget, program: Program, problems: Problems, *, accepted: Iterable[str] = (), known: Iterable[str] = ()
) -> FileTree | None:
    """The files of a target, unformatted; None if there are errors, which are among the problems then."""
    legalise(target, program, problems, accepted=accepted, known=known)
    return None if problems.has_errors else target.render(lower(target, program))
