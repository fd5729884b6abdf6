"""Text to tokens, in step with the parser.

The spellings are those of `flow.lark`; what is added here is what a regular expression cannot know: a word is a
keyword only where the grammar can use one, a bracket is a call only where it touches, and newlines inside ( ) and [ ]
or after a comma are no tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from attrs import define, field, frozen

from flowc.syntax.tables import END, Tables

Token = tuple[str, int, int]
"""The terminal, and where its text starts and ends."""

DEEPEST = 100
"""Brackets may nest so far."""

# Terminals that only the code below gives out: by state, by touch, at one place, or never.
_BY_HAND = {"HOLE", "MODREF", "NOT_IN", "_CALL", "_INDEX", "WS", "COMMENT"}
_KEYWORD = re.compile(r"([a-z]+)\\b")
_OPENERS = {"_CALL", "_INDEX", "LPAR", "LSQB", "HOLE", "LBRACE"}
_CLOSERS = {"RPAR", "RSQB", "RBRACE"}
_TOUCHING = re.compile(r"[\w\])]", re.ASCII)


class Unreadable(Exception):
    """No token begins at `offset`, or `reason` says why none may."""

    def __init__(self, offset: int, reason: Literal["", "too deep"] = "") -> None:
        super().__init__(offset, reason)
        self.offset = offset
        self.reason = reason


@frozen
class Spelling:
    """The regular expressions and keywords of a grammar, ready to use."""

    token: re.Pattern[str]
    keywords: dict[str, str]
    module: re.Pattern[str]
    not_in: re.Pattern[str]


@cache
def spelling(terminals: tuple[tuple[str, str], ...]) -> Spelling:
    """Compile `terminals` into one expression; blanks and a comment may stand before each token."""
    named = dict(terminals)
    keywords = {found[1]: name for name, regex in terminals if (found := _KEYWORD.fullmatch(regex))}
    tokens = [name for name in named if name not in _BY_HAND and name not in keywords.values()]
    alternatives = "|".join(f"(?P<{name}>{named[name]})" for name in tokens)
    return Spelling(
        re.compile(rf"(?:{named['WS']})?(?:{named['COMMENT']})?(?:{alternatives}|\Z)", re.ASCII),
        keywords,
        re.compile(named["MODREF"], re.ASCII),
        re.compile(named["NOT_IN"], re.ASCII),
    )


@define
class Lexer:
    """Gives out the tokens of `text` from `start` to `end`, looking at the parser's `stack` of states before each.

    `brackets` are the offsets of those that are open before the token given out last, `since` is the number of tokens
    since the last newline, `longest` the largest such number so far.
    """

    text: str
    tables: Tables
    start: int
    end: int
    stack: list[int] = field(factory=lambda: list[int]())
    longest: int = 0
    since: int = 0
    brackets: list[int] = field(factory=lambda: list[int]())
    _inline: list[bool] = field(factory=lambda: [False])
    """For no bracket and each open one, whether newlines inside it are dropped."""

    def __iter__(self) -> Iterator[Token]:
        return self.tokens(self.start)

    def kind_at(self, position: int) -> str:
        """What stands at an offset, by the text alone: a keyword is a NAME."""
        found = spelling(self.tables.terminals).token.match(self.text, position, self.end)
        return (found.lastgroup or END) if found else ""

    def tokens(self, position: int) -> Iterator[Token]:
        """The tokens from an offset on, which is where the parser is."""
        text, states, stack, inline, end = self.text, self.tables.states, self.stack, self._inline, self.end
        words = spelling(self.tables.terminals)
        match, keywords = words.token.match, words.keywords
        kind = ""
        if "HOLE" in states[stack[-1]]:
            position, kind = position + 2, "HOLE"
            yield kind, self.start, position
            self._open(kind, self.start)
        while True:
            found = match(text, position, end)
            if found is None:
                raise Unreadable(_past_blanks(text, position))
            if found.lastgroup is None:
                break
            previous, kind = kind, found.lastgroup
            start, position = found.span(kind)
            self.since += 1
            if kind == "NAME":
                if previous == "PYTHON" and (module := words.module.match(text, start, end)):
                    kind, position = "MODREF", module.end()
                else:
                    keyword = keywords.get(text[start:position])
                    if keyword and keyword in states[stack[-1]]:
                        kind = keyword
                    elif keyword == "NOT" and "NOT_IN" in states[stack[-1]]:
                        if both := words.not_in.match(text, start, end):
                            kind, position = "NOT_IN", both.end()
                yield kind, start, position
            elif kind == "_NL":
                if inline[-1] or previous == "COMMA":
                    kind = previous
                else:
                    self.longest, self.since = max(self.longest, self.since), 0
                    yield kind, start, position
            elif kind == "_CONT":
                kind = previous
            elif kind in _OPENERS:
                kind = self._touching(kind, start)
                yield kind, start, position
                self._open(kind, start)
            else:
                yield kind, start, position
                if kind in _CLOSERS and self.brackets:
                    self.brackets.pop()
                    inline.pop()
        self.longest = max(self.longest, self.since)
        yield END, end, end

    def _touching(self, kind: str, start: int) -> str:
        other = {"LPAR": "_CALL", "LSQB": "_INDEX"}.get(kind)
        fits = other is not None and other in self.tables.states[self.stack[-1]]
        return other if other and fits and _touches(self.text, start) else kind

    def _open(self, kind: str, start: int) -> None:
        if len(self.brackets) == DEEPEST:
            raise Unreadable(start, "too deep")
        self.brackets.append(start)
        self._inline.append(kind != "LBRACE")


def _touches(text: str, start: int) -> bool:
    return start > 0 and _TOUCHING.match(text, start - 1) is not None


def _past_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t":
        position += 1
    return position
