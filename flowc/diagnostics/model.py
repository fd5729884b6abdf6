"""What a message to the user is made of. Data only: `render` prints it, `codes` names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import define, field, frozen

from flowc.diagnostics.codes import CODES, Code, Severity
from flowc.source import Span


@frozen
class Label:
    """A related place, and why it matters."""

    span: Span
    text: str


@frozen
class Edit:
    """Text to put in the place of a span: one step of a fix that is certain."""

    span: Span
    text: str


@frozen
class Diagnostic:
    """One thing to tell the user, with its place and a way out.

    `message` is one sentence, lower case, no full stop, with code in backticks. `label` stands under the primary
    place. `helps` hold source to write; `notes` the fact behind the rule; `edits` an applicable fix.
    """

    code: Code
    message: str
    span: Span | None = None
    label: str = ""
    related: tuple[Label, ...] = ()
    helps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()

    @property
    def severity(self) -> Severity:
        return self.code.severity


@define
class Problems:
    """Collects diagnostics, once each, in the order they were found."""

    _found: dict[tuple[object, ...], Diagnostic] = field(factory=dict[tuple[object, ...], Diagnostic])
    reported: int = 0
    """How often something was reported, the same thing twice counted twice."""

    def add(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        label: str = "",
        related: Iterable[Label] = (),
        helps: Iterable[str] = (),
        notes: Iterable[str] = (),
        edits: Iterable[Edit] = (),
    ) -> None:
        """Report `code` (`"FLOW201"`). The same code, place and message a second time is dropped."""
        self.report(
            Diagnostic(
                CODES[code],
                message,
                span,
                label,
                tuple(related),
                tuple(helps),
                tuple(notes),
                tuple(edits),
            )
        )

    def report(self, diagnostic: Diagnostic) -> None:
        self.reported += 1
        span = diagnostic.span
        place = (span.source.path, span.start, span.end) if span else ()
        self._found.setdefault((diagnostic.code.number, place, diagnostic.message), diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            self.report(diagnostic)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)

    @property
    def has_errors(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self)

    def sorted(self) -> list[Diagnostic]:
        """By file and place, errors of one place before its warnings."""
        return sorted(self, key=_place)


def _place(diagnostic: Diagnostic) -> tuple[object, ...]:
    span = diagnostic.span
    where = (span.source.path, span.start, span.end) if span else ("", -1, -1)
    return (*where, diagnostic.severity.value, diagnostic.code.number)
