"""Where the parser stopped, and what lies around that place."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from attrs import define

from flowc.diagnostics import CODES, Diagnostic, Edit, Label
from flowc.source import Source, Span
from flowc.syntax.outline import Line, Token, line_at, lines, tokens


@define(slots=False)
class Scene:
    """The parser read `text` (the source, with what was reported before blanked) and stopped at `start`.

    `kind` is the terminal it found there, empty where none begins; `expected` are the terminals that would have fitted.
    `opened` is where the innermost bracket is that was open.
    """

    source: Source
    text: str
    kind: str
    start: int
    end: int
    expected: frozenset[str] = frozenset()
    opened: int | None = None
    reason: str = ""

    @cached_property
    def lines(self) -> list[Line]:
        return lines(self.text)

    @cached_property
    def line(self) -> Line:
        """The statement that is broken."""
        return line_at(self.lines, self.start) or Line([Token("newline", "", 0, 0)])

    @cached_property
    def index(self) -> int:
        """Which token of `line` the parser stopped at; as many as there are if it was at the end."""
        return self.line.index(self.start)

    @property
    def word(self) -> str:
        """The first word of the statement."""
        return self.line.tokens[0].text

    @property
    def found(self) -> str:
        return self.text[self.start : self.end]

    @property
    def at_end(self) -> bool:
        """The statement ended too early."""
        return self.kind in ("_NL", "$END", "RBRACE")

    @property
    def place(self) -> Span:
        return self.span(self.start, self.end)

    @cached_property
    def before(self) -> Token | None:
        """The token before, in the same statement."""
        earlier = [token for token in self.line.tokens if token.end <= self.start]
        return earlier[-1] if earlier else None

    @cached_property
    def doc(self) -> Token | None:
        """The doc comment the parser stopped at, or right after."""
        docs = [token for token in tokens(self.text) if token.kind not in ("newline", "comment")]
        at = next((i for i, token in enumerate(docs) if token.end > self.start), len(docs))
        near = docs[max(0, at - 1) : at + 1] if self.kind in ("RBRACE", "$END") else docs[at : at + 1]
        return next((token for token in near if token.kind == "doc"), None)

    def token(self, step: int) -> Token | None:
        """The token of the statement `step` places from where the parser stopped."""
        at = self.index + step
        return self.line.tokens[at] if 0 <= at < len(self.line.tokens) else None

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def where(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def insert(self, offset: int, text: str) -> Edit:
        return Edit(Span(self.source, offset, offset), text)


def mistake(
    code: str,
    message: str,
    place: Span,
    *,
    label: str = "",
    related: Iterable[Label] = (),
    helps: Iterable[str] = (),
    notes: Iterable[str] = (),
    edits: Iterable[Edit] = (),
) -> Diagnostic:
    """A diagnostic by its code's number."""
    return Diagnostic(CODES[code], message, place, label, tuple(related), tuple(helps), tuple(notes), tuple(edits))
