"""Brackets that stand open over many lines, an element on each, as black leaves them: looked at element by element.

A file can be one such expression of a hundred thousand lines, so nothing here looks at more than an element at a time.
Only what ends with a comma belongs here: that comma keeps the elements apart, and each is laid out for itself.
"""

from __future__ import annotations

import re

from flowc.emit.layout.breaking import broken
from flowc.emit.layout.expressions import Reader
from flowc.emit.layout.line import WIDTH, Line
from flowc.emit.layout.memory import Memory
from flowc.emit.layout.tokens import PLAIN_NOTE, OddError, shape, tokens_from

_NAMES = r"(?:a(?:\.a)*)"
# What opens such brackets, by its shape: `x = f(`, `x: T = [`, `return f(` as a statement, `name=f(` as an element.
STATEMENT = re.compile(
    rf"(?:(?:a(?:\.a)*(?:: a)? = |return |raise )?{_NAMES}\(|(?:a(?:\.a)*(?:: a)? = |return )[\[{{])"
)
_ELEMENT = re.compile(rf"(?:a=|a: )?(?:{_NAMES}?\(|[\[{{])")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_known: dict[tuple[str, str], bool] = {}
_MOST = 20_000
_MEMORY = Memory[None]()


class Ladder:
    """The lines of such a statement, which begins with a line of the text; OddError if it is no such one."""

    def __init__(self, text: str, lines: list[str], index: int, at: int, depth: int) -> None:
        self.text, self.lines, self.index, self.at, self.depth = text, lines, index, at, depth
        self.out: list[str] = []

    def climb(self) -> list[str]:
        """The lines as they are laid out; `index` and `at` are behind them then."""
        opened: list[tuple[str, int]] = []  # each bracket that is open, and how many elements it has
        self._keep()
        opened.append((self.out[0][-1], 0))
        is_tuple = [False]
        while opened:
            bracket, count = opened[-1]
            margin = 4 * (self.depth + len(opened))
            line = self.lines[self.index]
            rest = line.lstrip(" ")
            if len(line) - len(rest) != margin:
                self._close(line, rest, margin, bracket, count, is_last=len(opened) == 1)
                if count < 2 and is_tuple.pop():
                    raise OddError("a comma in parentheses")
                opened.pop()
                continue
            if rest[:1] == "#":
                if not PLAIN_NOTE.fullmatch(rest) or self.lines[self.index + 1].lstrip(" ")[:1] in (")", "]", "}"):
                    raise OddError("a comment inside of brackets")
                self._keep()
                continue
            opened[-1] = (bracket, count + 1)
            form = shape(rest)
            if _ELEMENT.fullmatch(form) and len(line) <= WIDTH and line.isascii() and self._goes_on(margin):
                opened.append((rest[-1], 0))
                is_tuple.append(rest[-1] == "(" and (len(form) < 2 or not form[-2].isalpha()))
                self._keep()
            elif len(line) <= WIDTH and line.isascii() and _stays(bracket, form, rest):
                self._keep()
            else:
                self._element(bracket, margin)
        return self.out

    def _goes_on(self, margin: int) -> bool:
        """Whether the brackets that a line opens are closed after a comma."""
        index = self.index
        closing = " " * margin + _CLOSING[self.lines[index][-1]]
        while not self.lines[index].startswith(closing):
            index += 1
        return self.lines[index - 1].endswith(",")

    def _keep(self) -> None:
        line = self.lines[self.index]
        self.out.append(line)
        self.index += 1
        self.at += len(line) + 1

    def _close(self, line: str, rest: str, margin: int, bracket: str, count: int, *, is_last: bool) -> None:
        wanted = _CLOSING[bracket] + ("" if is_last else ",")
        if not count or rest != wanted or len(line) - len(rest) != margin - 4:
            raise OddError("brackets that do not close on a line of their own")
        self._keep()

    def _element(self, bracket: str, margin: int) -> None:
        """An element that is long, or of a shape that is not known to stay."""
        line = self.lines[self.index]
        key = _MEMORY.key(line, (bracket, margin))
        if known := _MEMORY.recall(key, line):
            self.out += known[0]
            self.index += 1
            self.at += len(line) + 1
            return
        tokens, note, end = tokens_from(self.text, self.at + margin, until=",")
        if note or tokens[-1].text != ",":
            raise OddError("an element without a comma")
        found = Reader(tokens).element(bracket)
        lines = broken(Line(found, margin // 4, inside=True))
        if len(lines) > 1:
            again, _, _ = tokens_from("\n".join(lines) + "\n", margin, until=",")
            lines = broken(Line(Reader(again).element(bracket), margin // 4, inside=True))
        lines = "\n".join(lines).split("\n")
        if end == self.at + len(line) + 1 and not any(token.note for token in tokens):
            _MEMORY.keep(key, line, lines, None)
        self.out += lines
        self.index += self.text.count("\n", self.at, end)
        self.at = end


def _stays(bracket: str, form: str, rest: str) -> bool:
    """Whether elements of this shape, which fit, stay as they are."""
    known = _known.get((bracket, form))
    if known is None:
        if len(_known) > _MOST:
            _known.clear()
        known = _known[bracket, form] = _is_element(bracket, form, rest)
    return known


def _is_element(bracket: str, form: str, rest: str) -> bool:
    if "aa" in form or "'" in rest or '"' in form:
        return False
    try:
        tokens, note, end = tokens_from(rest, 0)
        if note or end != len(rest) or tokens[-1].text != ",":
            return False
        reader = Reader(tokens)
        found = reader.element(bracket)
    except OddError:
        return False
    is_settled = not reader.must_fit and not any(token.is_magic for token in found)
    return is_settled and Line(found, 0).render() == rest
