r"""Strings: escapes, holes, and the common indent of triple-quoted ones.

A triple-quoted string loses the newline after its opening quotes, the line of its closing quotes if that is blank, and
the blanks that all its other lines begin with (a line that begins inside a hole does not count). Its newlines are `\n`
whatever the file's are. Escapes: `\n \t \r \" \\ \#` and `\u{1F600}`; a backslash at the end of a line of a
triple-quoted string joins it with the next. Raw strings have neither holes nor escapes.
"""

from __future__ import annotations

import re
from os.path import commonprefix
from typing import Literal

from attrs import frozen

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "#": "#", "\n": "", "\r\n": ""}
_PIECE = re.compile(
    r"(?P<code>\\u\{[0-9A-Fa-f]{1,6}\})|(?P<escape>\\(?:\r\n|[\s\S]))|(?P<hole>#\{[^{}]*\})|(?P<line>\r?\n[ \t]*)"
    r"|(?P<plain>[^\\#\r\n]+|[#\r])"
)
_RAW_PIECE = re.compile(r"(?P<line>\r?\n[ \t]*)|(?P<plain>[^\r\n]+|\r)")
_NOT_LAYOUT = re.compile(r"\\(?:\r\n|[\s\S])|#\{[^{}]*\}")


@frozen
class Piece:
    """A part of a string: literal text (its value), a hole, or an escape that means nothing; with its two offsets."""

    kind: Literal["plain", "hole", "bad escape"]
    text: str
    start: int
    end: int


def pieces(spelling: str) -> list[Piece]:
    """The parts of the string token `spelling`, in order, with offsets from its beginning."""
    raw = spelling.startswith("r")
    quotes = 3 if spelling.startswith('"""', raw) else 1
    begin, end, margin = raw + quotes, len(spelling) - quotes, 0
    if quotes == 3:
        begin, end, margin = _layout(spelling, begin, end, raw=raw)
    expression = _RAW_PIECE if raw else _PIECE
    return [_resolve(match, margin) for match in expression.finditer(spelling, begin, end)]


def _layout(spelling: str, begin: int, end: int, *, raw: bool) -> tuple[int, int, int]:
    """Where the text of a triple-quoted string begins and ends, and how many blanks its lines lose."""
    body = spelling[begin:end]
    lines = (body if raw else _NOT_LAYOUT.sub(lambda found: "x" * len(found[0]), body)).split("\n")
    if len(lines) == 1:
        return begin, end, 0
    indents = [_indent(line) for line in lines[1:] if line.strip()]
    margin = len(commonprefix(indents))  # noqa: RUF071 - characters are what is meant
    if not lines[-1].strip():
        end -= len(lines.pop()) + 1
        end -= spelling[end - 1] == "\r"
    if not lines[0].strip() and len(lines) > 1:
        begin += len(lines[0]) + 1 + min(margin, len(_indent(lines[1])))
    elif not lines[0].strip():
        begin = end
    return begin, max(begin, end), margin


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _resolve(match: re.Match[str], margin: int) -> Piece:
    kind, text = match.lastgroup, match[0]
    start, end = match.span()
    if kind == "hole":
        return Piece("hole", text, start, end)
    if kind == "line":
        blank_line = match.string[end : end + 1] in ("\n", "\r")
        return Piece("plain", "\n" if blank_line else "\n" + text.lstrip("\r\n")[margin:], start, end)
    if kind == "plain":
        return Piece("plain", text, start, end)
    value = _code_point(text) if kind == "code" else _ESCAPES.get(text[1:])
    return Piece("bad escape" if value is None else "plain", value or "", start, end)


def _code_point(escape: str) -> str | None:
    number = int(escape[3:-1], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else None
