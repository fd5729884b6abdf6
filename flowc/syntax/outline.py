"""A forgiving look at text: words, strings, brackets, comments and statements, whatever the text is.

The parser stops at what it cannot read; this never does. It is what mistakes are explained from, where statements end
when one of them is broken, and where the formatter finds comments.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, cast

from attrs import define, field, frozen

from flowc.source import Source

Kind = Literal["string", "broken string", "single quoted", "doc", "comment", "newline", "word", "number", "sign"]

_TOKEN = re.compile(
    r'(?P<string>r"""(?:(?!""")[\s\S])*"""|r"(?!"")[^"\n]*"|"""(?:\\[\s\S]|#\{[^{}]*\}|#(?!\{)|(?!""")[^\\#])*"""'
    r'|"(?!"")(?:\\.|#\{[^{}\n]*\}|#(?!\{)|[^"\\\n#])*")'
    r'|(?P<broken>r?"""(?:(?!""")[\s\S])*(?:""")?|r?"[^\n]*?(?=[ \t]*\{?[ \t\r]*(?:\n|\Z)))'
    r"|(?P<single>'[^'\n]*'|'[^\n]*?(?=[ \t]*\{?[ \t\r]*(?:\n|\Z)))"
    r"|(?P<doc>##[^\n]*)|(?P<comment>#[^\n]*)|(?P<newline>\n)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>[0-9][0-9A-Za-z_]*)"
    r"|(?P<sign>->|=>|>>|\?\?|\.\.|==|!=|<=|>=|&&|\|\||[^ \t\r])",
)
_KINDS: dict[str, Kind] = {"broken": "broken string", "single": "single quoted"}

STATEMENTS = ("task", "group", "if", "match", "for", "on", "finally", "let", "return")
"""Words that begin a statement in a block and nowhere else."""
DECLARATIONS = ("import", "from", "flow", "template", "fn", "enum", "schema", "profile", "test")
"""Words that begin a declaration at the top of a file and nowhere else."""
BOTH = ("asset", "connection", "policy", "defaults", "target", "set", "let")
"""Words that begin one in either place."""

_FRESH = {
    "task",
    "group",
    "flow",
    "template",
    "fn",
    "enum",
    "schema",
    "profile",
    "let",
    "return",
    "policy",
    "connection",
}
_GOES_ON = {"->", ">>", "??", "and", "or", "else"}


@frozen
class Token:
    """A token of the outline; `text` is its spelling."""

    kind: Kind
    text: str
    start: int
    end: int


@define
class Line:
    """One statement, the head of one (it ends with `{`), or the tail of a block; without comments and newlines."""

    tokens: list[Token] = field(factory=lambda: list[Token]())

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end

    def index(self, offset: int) -> int:
        """Which token stands at `offset` or is the next; the number of tokens if none is."""
        return next((i for i, token in enumerate(self.tokens) if token.end > offset), len(self.tokens))


@lru_cache(maxsize=2)  # one mistake is looked at from many sides
def tokens(text: str) -> tuple[Token, ...]:
    """The whole text, blanks aside."""
    return tuple(
        Token(_KINDS.get(kind) or cast(Kind, kind), found[0], found.start(), found.end())
        for found in _TOKEN.finditer(text)
        if (kind := found.lastgroup)
    )


def comments(text: str) -> list[Token]:
    """The `#` comments, docs aside."""
    return [token for token in tokens(text) if token.kind == "comment"] if "#" in text else []


def lines(text: str) -> list[Line]:
    """The text cut into statements, by newlines outside ( ) and [ ] and by how lines end and begin."""
    cut = [Line()]
    open_: list[Token] = []
    new_line = False
    for token in tokens(text):
        if token.kind in ("comment", "doc"):
            continue
        if token.kind == "newline":
            new_line = bool(cut[-1].tokens)
            continue
        fresh = new_line and bool(open_) and _begins_fresh(text, open_[0], token)
        goes_on = not new_line or bool(open_) or cut[-1].tokens[-1].text == "," or token.text in _GOES_ON
        if fresh or not goes_on:
            open_.clear()
            cut.append(Line())
        new_line = False
        cut[-1].tokens.append(token)
        _track(open_, token)
    return [line for line in cut if line.tokens]


def _track(open_: list[Token], token: Token) -> None:
    """Keep the round and square brackets that are open, and braces inside them: their newlines end nothing."""
    if token.kind != "sign":
        return
    if token.text in "([" or (token.text == "{" and open_):
        open_.append(token)
    elif token.text in (")", "]", "}") and open_:
        open_.pop()


def _begins_fresh(text: str, opened: Token, after: Token) -> bool:
    """Whether `after`, first on its line, begins a statement although a bracket is open.

    It does when it stands no further to the right than the line of the bracket, and closes none.
    """
    closes = after.kind == "sign" and after.text in (")", "]")
    return not closes and _margin(text, after.start) <= _margin(text, opened.start)


def _margin(text: str, offset: int) -> int:
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:offset]
    return len(line) - len(line.lstrip(" \t"))


def line_at(found: list[Line], offset: int) -> Line | None:
    """The line that `offset` is in, or the last one before it."""
    before = [line for line in found if line.start <= offset]
    return before[-1] if before else None


def indent(source: Source, offset: int) -> int:
    """How many blanks the line of `offset` begins with."""
    line = source.line(source.position(offset)[0])
    return len(line) - len(line.lstrip(" \t"))
