"""Docstrings that black leaves as they are."""

from __future__ import annotations

from flowc.emit.layout.line import WIDTH

_QUOTES = '"""'


def is_tidy(said: str, depth: int) -> bool:
    """Whether a docstring, with its quotes, at this depth has no blanks too many and its lines where they belong."""
    if not said.startswith(_QUOTES) or len(said) < 7:
        return False
    inside = said[3:-3]
    if inside[0] in ' \n"':
        return False
    lines = inside.split("\n")
    if len(lines) == 1:
        return inside[-1] not in ' "\\'
    return _is_block(lines, " " * (4 * depth))


def _is_block(lines: list[str], margin: str) -> bool:
    closing = lines[-1]
    if closing == margin:
        # Black joins quotes alone below a single line to it.
        lines = lines[:-1]
        if len(lines) == 1 or not lines[-1]:
            return False
    elif closing[-1:] in ' "\\' or not closing.isascii() or len(closing) + 3 > WIDTH:
        return False
    if any(line.endswith(" ") for line in lines):
        return False
    indents = [len(line) - len(line.lstrip(" ")) for line in lines[1:] if line]
    return min(indents, default=-1) == len(margin)
