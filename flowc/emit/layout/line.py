"""A line on the way to its layout: some tokens of a statement, how deep it stands, and what it measures."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from flowc.emit.layout.reading import COMMAS
from flowc.emit.layout.tokens import CLOSE, NAME, OPEN, TEXT, OddError, Token

WIDTH = 100


class Line:
    """Tokens, never empty. `inside`: it is what stands between two brackets, or a part of that."""

    __slots__ = ("depth", "inside", "is_def", "is_import", "is_tail", "is_with", "must_split", "text", "tokens")

    def __init__(self, tokens: list[Token], depth: int, *, inside: bool = False) -> None:
        self.tokens, self.depth, self.inside = tokens, depth, inside
        self.must_split = self.is_tail = False
        first = tokens[0].text
        self.is_def = first == "def" or (first == "async" and len(tokens) > 1 and tokens[1].text == "def")
        self.is_import = first in ("import", "from")
        self.is_with = first == "with" or (first == "async" and len(tokens) > 1 and tokens[1].text == "with")
        self.text = ""

    def render(self) -> str:
        """The line as it stands in the file, with its comments at the end."""
        pieces = [" " * (4 * self.depth)]
        notes = ""
        for token in self.tokens:
            pieces.append(token.pre)
            pieces.append(token.text)
            if token.note:
                notes += "  " + token.note
        pieces[1] = ""
        return "".join(pieces) + notes

    @property
    def is_short(self) -> bool:
        return self.holds_in(self.render())

    def holds_in(self, text: str) -> bool:
        """Whether the line, which reads so, needs no breaking; a text of several lines may stand in it alone."""
        if "\n" not in text:
            return width(text) <= WIDTH
        begin, end = text[: text.index("\n")], text[text.rindex("\n") + 1 :]
        return width(begin) <= WIDTH and width(end) <= WIDTH and self._is_around_a_text()

    def _is_around_a_text(self) -> bool:
        tokens, base = self.tokens, self.base()
        places = [index for index, token in enumerate(tokens) if token.kind == TEXT and "\n" in token.text]
        if len(places) != 1:
            return False
        # The brackets around the text: a comma directly in one of them asks for lines of their own.
        level, around = tokens[places[0]].depth, set[int]()
        for index in range(places[0], -1, -1):
            token = tokens[index]
            level = min(level, token.depth)
            if token.depth == level:
                around.add(index)
        level = tokens[places[0]].depth
        for index in range(places[0], len(tokens)):
            token = tokens[index]
            level = min(level, token.depth)
            if token.depth == level:
                around.add(index)
        if not self.inside:
            around = {index for index in around if tokens[index].depth > base}
        return not any(tokens[index].text == "," for index in around - {len(tokens) - 1})

    def base(self) -> int:
        """The depth of the brackets around it."""
        return min(token.depth for token in self.tokens)

    def delimiters(self, *, but_last: bool = False) -> list[int]:
        """For each token how gladly the line breaks after it; 0 where it may not."""
        tokens, base = self.tokens, self.base()
        found = [0] * len(tokens)
        for index, token in enumerate(tokens):
            if token.depth == base:
                if token.before and index and token.before > found[index - 1]:
                    found[index - 1] = token.before
                if token.after:
                    found[index] = token.after
        if but_last:
            found[-1] = 0
        return found

    @property
    def magic(self) -> bool:
        """Whether a comma before a closing bracket in it breaks it."""
        closing = [token for token in self.tokens if token.is_magic]
        return bool(closing) and not {token.mate for token in closing}.isdisjoint(self.tokens)

    @property
    def has_long_text(self) -> bool:
        return any(token.kind == TEXT and "\n" in token.text for token in self.tokens)

    def hidden(self) -> list[Token]:
        """The parentheses in it that could stand there."""
        return [token for token in self.tokens if token.kind == OPEN and not token.text]


def fits(text: str) -> bool:
    """Whether it is one line, and not too long."""
    return "\n" not in text and width(text) <= WIDTH


def width(text: str) -> int:
    """The columns of a text, of which Chinese letters and most pictures take two; OddError where that is not sure."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(letter: str) -> int:
    # What is added to other letters, what tables of different years measure differently, what has no letter yet.
    is_sure = unicodedata.category(letter) not in ("Mn", "Me", "Mc", "Cf", "Cn", "Co")
    if not is_sure or any(first <= letter <= last for first, last in _UNSURE):
        raise OddError("letters of an uncertain width")
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


_UNSURE = (
    ("\u1160", "\u11ff"),
    ("\u2630", "\u268f"),
    ("\u4dc0", "\u4dff"),
    ("\U0001d300", "\U0001d37f"),
    ("\U0001f3fb", "\U0001f3ff"),
)


def can_be_split(line: Line) -> bool:
    """False if it has no place to break at all: a call of a text's method, say."""
    tokens = line.tokens
    if len(tokens) < 2:
        return False
    if tokens[0].kind == TEXT and tokens[1].text == ".":
        calls = dots = 0
        following = tokens[-1]
        for token in reversed(tokens[:-1]):
            if token.kind == OPEN:
                if following.kind != CLOSE:
                    return False
                calls += 1
            elif token.text == ".":
                dots += 1
            elif token.kind == NAME:
                if not (following.text == "." or following.kind == OPEN):
                    return False
            elif token.kind != CLOSE:
                return False
            if dots > 1 and calls > 1:
                return False
            # as black has it, `following` stays the last token
    return True


def explodes(body: Line, left: Token, *, is_import: bool) -> bool:
    """Whether what stands between brackets must have a line for each element: displays and imports do."""
    has_comma = body.tokens[-1].text == ","
    highest = max(body.delimiters(but_last=has_comma))
    return highest == COMMAS and (left.is_atom or is_import or (has_comma and not body.tokens[-1].is_new))


def has_early_comma(tokens: Sequence[Token]) -> bool:
    """Whether brackets end with a comma that breaks the line, and others follow in the same expression: `f(a,)(b)`."""
    for index, closing in enumerate(tokens):
        if not closing.is_magic:
            continue
        for token in tokens[index + 1 :]:
            if token.depth < closing.depth or (token.depth == closing.depth and token.text == ","):
                break
            if token.depth == closing.depth and token.kind == OPEN:
                return True
    return False


def widths(tokens: Sequence[Token]) -> list[int]:
    """What each takes in its line, with its comment."""
    return [len(token.pre) + token.size + (len(token.note) + 2 if token.note else 0) for token in tokens]
