"""What is wrong with the text before any grammar: marks of a merge, and blanks that are none.

Tabs are blanks (the formatter writes spaces for them), and a byte order mark at the very start is nobody's mistake.
"""

from __future__ import annotations

import re

from flowc.diagnostics import Diagnostic, Edit
from flowc.source import Source, Span
from flowc.syntax.mistakes.scene import mistake
from flowc.syntax.outline import tokens

_CONFLICT = re.compile(
    r"^<{7}[^\n]*\n(?P<ours>(?:(?!^[=|<]{7})[^\n]*\n)*)(?:^\|{7}[^\n]*\n(?:(?!^={7})[^\n]*\n)*)?"
    r"(?:^={7}[^\n]*\n(?:(?!^>{7})[^\n]*\n)*(?:^>{7}[^\n]*)?)?",
    re.MULTILINE,
)
_MARK = re.compile(r"^(?:<{7}|>{7}|\|{7}|={7})(?:[ \t][^\n]*)?$", re.MULTILINE)
# Blanks and invisible characters of Unicode, and control characters other than newline, return and tab.
_BLANK = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u2069\u3000\ufeff]"
    "|\r(?!\n)"
)

_FREE = ("string", "broken string", "single quoted", "comment", "doc")


def clean(source: Source) -> tuple[str, list[Diagnostic]]:
    """The text with such places blanked (of a conflict the first side is kept), and a diagnostic for each."""
    text, found = source.text, list[Diagnostic]()
    if text.startswith("\ufeff"):
        text = " " + text[1:]
    if _MARK.search(text):
        text = _without_conflicts(source, text, found)
    if _BLANK.search(text):
        text = _without_blanks(source, text, found)
    return text, found


def _without_conflicts(source: Source, text: str, found: list[Diagnostic]) -> str:
    def ours(conflict: re.Match[str]) -> str:
        mark = text.find("\n", conflict.start())
        found.append(_conflict(Span(source, conflict.start(), mark)))
        kept_from, kept_to = conflict.span("ours")
        return _blank(text[conflict.start() : kept_from]) + conflict["ours"] + _blank(text[kept_to : conflict.end()])

    def lone(mark: re.Match[str]) -> str:
        found.append(_conflict(Span(source, mark.start(), mark.end())))
        return _blank(mark[0])

    return _MARK.sub(lone, _CONFLICT.sub(ours, text))


def _conflict(place: Span) -> Diagnostic:
    return mistake(
        "FLOW113",
        "a merge left its conflict marks in this file",
        place,
        helps=["keep one of the two sides, and delete the lines with the marks"],
    )


def _without_blanks(source: Source, text: str, found: list[Diagnostic]) -> str:
    """One diagnostic a line, with an edit for each character; strings and comments may hold what they like."""
    free = [(token.start, token.end) for token in tokens(text) if token.kind in _FREE]
    by_line: dict[int, list[int]] = {}
    for blank in _BLANK.finditer(text):
        if not any(start <= blank.start() < end for start, end in free):
            by_line.setdefault(source.position(blank.start())[0], []).append(blank.start())
    chars = list(text)
    for offsets in by_line.values():
        for offset in offsets:
            chars[offset] = " "
        char = source.text[offsets[0]]
        edits = [Edit(Span(source, offset, offset + 1), _instead(source.text[offset])) for offset in offsets]
        found.append(
            mistake(
                "FLOW112",
                f"{_named(char)} stands where a space should",
                Span(source, offsets[0], offsets[0] + 1),
                helps=["write a space" if _instead(char) else "delete it"],
                edits=edits,
            )
        )
    return "".join(chars)


def _named(char: str) -> str:
    names = {
        "\xa0": "a no-break space",
        "\u200b": "a zero-width space",
        "\ufeff": "a byte order mark",
        "\r": "a carriage return",
    }
    known = names.get(char) or ("a control character" if ord(char) < 0xA0 else "a space that is not ASCII")
    return f"{known} (U+{ord(char):04X})"


def _instead(char: str) -> str:
    return "" if char in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad" else " "


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
