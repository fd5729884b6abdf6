"""Where text comes from, and places in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import ClassVar

from attrs import define, field, frozen


@define(eq=False, slots=False)
class Source:
    """One `.flow` file (or standard input): `path` as the user would write it, and its text."""

    path: str
    text: str = field(repr=False)
    base: ClassVar[int] = 0

    @property
    def source(self) -> Source:
        """Itself: what a `Part` is a part of."""
        return self

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset, both counted from 1, in characters."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its newline."""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")

    @property
    def line_count(self) -> int:
        return len(self._line_starts)


@define(eq=False)
class Part:
    """A stretch of a source that begins at `base`, and may move to another place, and to a later text of the file.

    Places are counted from its beginning, so that they move with it.
    """

    source: Source
    base: int


@frozen(init=False, eq=False, repr=False)
class Span:
    """The characters `start` to `end` (end left out) of a source.

    `home` is what they move with: a `Part`, or the source itself.
    """

    home: Source | Part
    _begin: int
    _end: int

    def __init__(self, home: Source | Part, start: int, end: int) -> None:
        base = home.base
        _set(self, "home", home)
        _set(self, "_begin", start - base)
        _set(self, "_end", end - base)

    @property
    def source(self) -> Source:
        """The source, as it is now."""
        return self.home.source

    @property
    def start(self) -> int:
        return self.home.base + self._begin

    @property
    def end(self) -> int:
        return self.home.base + self._end

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    def to(self, other: Span) -> Span:
        """From the start of this span to the end of `other`."""
        return Span(self.home, self.start, max(self.end, other.end))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self._place() == other._place()

    def __hash__(self) -> int:
        return hash(self._place())

    def _place(self) -> tuple[Source, int, int]:
        return self.source, self.start, self.end

    def __repr__(self) -> str:
        return f"Span({self})"

    def __str__(self) -> str:
        return f"{self.source.path}:{self.line}:{self.column}"


_set = object.__setattr__
