"""A statement that this package does not lay out is laid out by black, alone, at the depth where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import frozen

from flowc.emit.layout.blanks import Kind
from flowc.emit.layout.tokens import WORDS, OddError

Ask = Callable[[str], str]
"""What lays out what this package does not: source to source, as black does."""

# Coarser than the tokens of a statement: whatever black may mend is let through.
_PIECE = re.compile(
    r"""(?P<text>[a-zA-Z]{0,2}(?:\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
    |(?P<note>\#[^\n]*)|(?P<open>[(\[{])|(?P<close>[)\]}])
    |(?P<line>\n)|(?P<blank>\ +)|(?P<word>\w+)|(?P<other>[^\s"'\\])""",
    re.X | re.S,
)
_BEGINS = frozenset(["if", "while", "for", "with", "def", "class", "async", "@"])
_FOLLOWS = frozenset(["elif", "else", "except", "finally", "case", "match"])
_KINDS = {"def": "def", "class": "class", "@": "decorator", "import": "import", "from": "import"}


@frozen
class Asked:
    """What black makes of a statement, and the offset after it."""

    lines: list[str]
    kind: Kind
    end: int


def asked_for(text: str, start: int, depth: int, ask: Ask) -> Asked:
    """The statement that begins at an offset, as black has it; OddError where it cannot be taken out of its file."""
    end, last = _extent(text, start)
    first = next(re.finditer(r"\w+|\S", text[start:end]))[0]
    opens = last == ":"
    if first in _FOLLOWS or opens != (first in _BEGINS - {"@"}) or (first == "async" and opens):
        raise OddError("a clause of a statement")
    if first not in WORDS and not opens and text[start] in "\"'":
        raise OddError("a text that may be a docstring")
    head = "".join(" " * (4 * level) + "if x:\n" for level in range(depth))
    margin = " " * (4 * depth)
    tail = f"{margin}    pass\n" if opens else f"{margin}def x():\n{margin}    pass\n" if first == "@" else ""
    body = text[start:end]
    said = ask(head + margin + body + ("" if body.endswith("\n") else "\n") + tail)
    if not said.startswith(head) or not said.endswith(tail):
        raise OddError("a statement that black joins with others")
    lines = said[len(head) : len(said) - len(tail)].strip("\n").split("\n")
    return Asked(lines, Kind(_KINDS.get(first, "plain"), opens, first if opens else ""), end)


def _extent(text: str, start: int) -> tuple[int, str]:
    """The offset after the logical line, and its last token."""
    at, depth, last = start, 0, ""
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            raise OddError("a statement without an end")
        at = piece.end()
        kind = piece.lastgroup
        if kind == "line" and not depth:
            break
        depth += (kind == "open") - (kind == "close")
        if kind not in ("line", "blank", "note"):
            last = piece[0]
        if piece[0] == ";" and not depth:
            raise OddError("two statements in a line")
    if depth:
        raise OddError("brackets that do not close")
    return at, last
