"""SQL text with holes, cut into tokens: enough to know quotes, comments and where a statement ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import pairwise
from typing import Literal

from attrs import define, frozen

from flowc.ir.types import Type

Dialect = Literal["sqlite", "duckdb", "postgres", "snowflake"]
HoleKind = Literal["value", "ident", "table"]
HOLE = "\0"  # stands for a hole in the text that is scanned


@frozen
class Hole:
    """A hole between two pieces of text: a value, `ident(..)` or `table(..)`.

    `type` is that of the value, or of the rows of a table. `text` is the name that an `ident` is known to give.
    """

    kind: HoleKind = "value"
    type: Type | None = None
    text: str | None = None


Part = str | Hole


@frozen(order=True)
class Place:
    """A place in the parts: which part, and which character of it (0 for a hole)."""

    part: int
    offset: int = 0


TokenKind = Literal["string", "name", "comment", "word", "number", "hole", "semicolon", "space", "other", "open"]


@frozen
class Token:
    """A piece of the flat text. `open` is a quote or comment that never ends."""

    kind: TokenKind
    start: int
    end: int
    text: str


@define(eq=False, slots=False)
class SqlText:
    """The parts as one flat text, a hole one character long."""

    parts: Sequence[Part]
    dialect: Dialect

    @cached_property
    def flat(self) -> str:
        return "".join(part.replace(HOLE, "\ufffd") if isinstance(part, str) else HOLE for part in self.parts)

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [0], 0
        for part in self.parts:
            at += len(part) if isinstance(part, str) else 1
            starts.append(at)
        return starts

    def place(self, offset: int) -> Place:
        """Where in the parts a character of the flat text is; its end is the end of the last part."""
        part = min(bisect_right(self._starts, max(offset, 0)) - 1, len(self.parts) - 1)
        # Empty texts begin where the next part does: the last that begins here has the character.
        return Place(part, min(offset, len(self.flat)) - self._starts[part]) if part >= 0 else Place(0)

    def hole_at(self, offset: int) -> int:
        """The index among the parts of the hole that stands there."""
        return bisect_right(self._starts, offset) - 1

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(_tokens(self.flat, self.dialect))

    @cached_property
    def statements(self) -> tuple[tuple[Token, ...], ...]:
        """The tokens of each statement that says something, its semicolon left out."""
        found: list[list[Token]] = [[]]
        for token in self.tokens:
            if token.kind == "semicolon" and not _is_inside_body(found[-1], self.dialect):
                found.append([])
            else:
                found[-1].append(token)
        return tuple(tuple(tokens) for tokens in found if any(t.kind not in ("space", "comment") for t in tokens))


def split_statements(parts: Sequence[Part], dialect: Dialect) -> tuple[tuple[Part, ...], ...]:
    """The statements, each as parts of its own. Semicolons in quotes, comments and triggers do not part."""
    text = SqlText(parts, dialect)
    return tuple(tuple(_parts_of(text, tokens[0].start, tokens[-1].end)) for tokens in text.statements)


def _parts_of(text: SqlText, start: int, end: int) -> Iterator[Part]:
    at = start
    while at < end:
        place = text.place(at)
        part = text.parts[place.part]
        if isinstance(part, str):
            piece = part[place.offset : place.offset + end - at]
            yield piece
            at += len(piece)
        else:
            yield part
            at += 1


# ------------------------------------------------------------------ tokens

_STRING = r"'(?:[^']|'')*'"
_ESCAPED = r"'(?:[^'\\]|\\.|'')*'"
_DOLLAR = r"(?<![\w$])\$(?P<tag>[^\W\d]\w*)?\$.*?\$(?P=tag)\$|(?<![\w$])\$\$.*?\$\$"
_NAME = r'"(?:[^"]|"")*"'
_STRINGS: dict[Dialect, str] = {
    "sqlite": _STRING,
    "duckdb": rf"(?<!\w)[eE]{_ESCAPED}|{_STRING}|{_DOLLAR}",
    "postgres": rf"(?<!\w)[eE]{_ESCAPED}|{_STRING}|{_DOLLAR}",
    "snowflake": rf"{_ESCAPED}|\$\$.*?\$\$",
}
_NAMES: dict[Dialect, str] = {
    "sqlite": rf"{_NAME}|`(?:[^`]|``)*`|\[[^\]]*\]",
    "duckdb": _NAME,
    "postgres": _NAME,
    "snowflake": _NAME,
}
_LINE_COMMENTS: dict[Dialect, str] = {
    "sqlite": r"--[^\n]*",
    "duckdb": r"--[^\n]*",
    "postgres": r"--[^\n]*",
    "snowflake": r"(?:--|//)[^\n]*",
}
_NESTED: frozenset[Dialect] = frozenset({"duckdb", "postgres"})


@cache
def _pattern(dialect: Dialect) -> re.Pattern[str]:
    return re.compile(
        rf"""
        (?P<space>\s+)
        |(?P<comment>{_LINE_COMMENTS[dialect]}|/\*)
        |(?P<string>{_STRINGS[dialect]})
        |(?P<name>{_NAMES[dialect]})
        |(?P<hole>\0)
        |(?P<word>[^\W\d][\w$]*)
        |(?P<number>\d[\w.]*)
        |(?P<semicolon>;)
        |(?P<open>['"]|[eE]'|(?<![\w$])\$\w*\$)
        |(?P<other>.)
        """,
        re.VERBOSE | re.DOTALL,
    )


def _tokens(flat: str, dialect: Dialect) -> Iterator[Token]:
    at = 0
    pattern = _pattern(dialect)
    while at < len(flat):
        match = pattern.match(flat, at)
        assert match and match.lastgroup  # `other` takes any character
        kind, end = _kind(match), match.end()
        if kind == "comment" and match.group().startswith("/*"):
            end = _comment_end(flat, at, is_nested=dialect in _NESTED)
            if end < 0:
                kind, end = "open", len(flat)
        elif kind == "open":
            end = len(flat)
        yield Token(kind, at, end, flat[at:end])
        at = end


def _kind(match: re.Match[str]) -> TokenKind:
    groups: tuple[TokenKind, ...] = (
        *("space", "comment", "string", "name", "hole"),
        *("word", "number", "semicolon", "open", "other"),
    )
    return next(group for group in groups if match[group] is not None)


def _comment_end(flat: str, at: int, *, is_nested: bool) -> int:
    depth = 0
    for mark in re.finditer(r"/\*|\*/", flat[at:]):
        if mark.group() == "*/":
            depth -= 1
        elif is_nested or not depth:
            depth += 1
        if not depth:
            return at + mark.end()
    return -1


def _is_inside_body(tokens: Sequence[Token], dialect: Dialect) -> bool:
    """Whether a semicolon here belongs to a statement inside: of a trigger, or of a function with `BEGIN ATOMIC`."""
    words = [token.text.upper() for token in tokens if token.kind == "word"]
    if words[:1] != ["CREATE"] or words[-1] == "END":
        return False
    if dialect == "sqlite":
        return "TRIGGER" in words[:3] and "BEGIN" in words
    return dialect == "postgres" and ("BEGIN", "ATOMIC") in pairwise(words)
