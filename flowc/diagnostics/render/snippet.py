"""Source lines with marks under them: which lines, which columns, which words. Colours are the terminal's business.

A column here is a cell of the terminal: a tab takes four, a wide character two, a combining one none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from attrs import frozen

from flowc.diagnostics.model import Edit, Label
from flowc.source import Source, Span

TAB = "    "
_WIDEST = 160  # characters of a line that are shown; minified JSON in a string has thousands
_BEFORE = 60  # of them, left of the first mark
_REDIRECTS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}  # they reorder what a terminal shows


@frozen
class Mark:
    """What to draw under a line, from cell `start` to `end`, and what to say there."""

    start: int
    end: int
    text: str
    is_primary: bool


@frozen
class Line:
    """A line to show: its number, its text made safe to print, its marks from left to right."""

    number: int
    text: str
    marks: tuple[Mark, ...]


def lines(source: Source, labels: Iterable[Label], *, primary: Label | None) -> list[Line]:
    """Every line of `source` that bears a label, in order. A span over several lines is marked on its first."""
    here = [label for label in labels if label.span.source.path == source.path]
    by_line = groupby(sorted(here, key=lambda label: label.span.start), key=lambda label: label.span.line)
    return [_line(source, number, list(found), primary) for number, found in by_line]


def _line(source: Source, number: int, labels: list[Label], primary: Label | None) -> Line:
    text = source.line(number)
    first = source.position(labels[0].span.start)[1] - 1
    low = max(0, first - _BEFORE) if len(text) > _WIDEST else 0
    high = low + _WIDEST
    head, tail = "…" * (low > 0), "…" * (len(text) > high)
    indent = len(head) - width(text[:low])
    marks = tuple(_mark(text, label, indent, is_primary=label is primary) for label in labels)
    return Line(number, head + visible(text[low:high]) + tail, marks)


def _mark(text: str, label: Label, indent: int, *, is_primary: bool) -> Mark:
    start = label.span.column - 1
    end = min(start + max(1, label.span.end - label.span.start), max(len(text), start + 1))
    left = width(text[:start]) + indent
    return Mark(left, left + max(1, width(text[start:end])), label.text, is_primary)


def visible(text: str) -> str:
    """`text` with tabs as blanks and control characters as pictures, so that a terminal shows what the file holds."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char == "\t":
        return TAB
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{REPLACEMENT CHARACTER}" if 0x7F <= code < 0xA0 or code in _REDIRECTS else char


def width(text: str) -> int:
    """How many cells `text` takes when it is shown."""
    shown = visible(text)
    return len(shown) if shown.isascii() else sum(map(_cells, shown))


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


# ------------------------------------------------------------------ what edits make of a source


@frozen
class Change:
    """A line of the source as it will be (`+`), or one that goes (`-`)."""

    number: int
    sign: str
    text: str


def changes(edits: Iterable[Edit]) -> Iterator[Change]:
    """The lines that the edits make, with the number they have now; edits of one place are shown as one."""
    for _, found in groupby(sorted(edits, key=_by_place), key=lambda edit: edit.span.source.path):
        yield from _changes_of_a_file(list(found))


def _by_place(edit: Edit) -> tuple[str, int, int]:
    return edit.span.source.path, edit.span.start, edit.span.end


def _changes_of_a_file(edits: list[Edit]) -> Iterator[Change]:
    for block, inside in _blocks(edits):
        old = block.text.splitlines()
        new = _edited(block, inside).splitlines()
        same = _shared_start(old, new)
        until = len(new) - _shared_start(old[same:][::-1], new[same:][::-1])
        if until == same:  # nothing new: say what goes
            yield from (Change(block.line + i, "-", visible(old[i])) for i in range(same, same + len(old) - len(new)))
        yield from (Change(block.line + i, "+", visible(new[i])) for i in range(same, until))


def _blocks(edits: list[Edit]) -> Iterator[tuple[Span, list[Edit]]]:
    """Whole lines, and the edits inside them; edits whose lines touch share a block."""
    block, inside = _whole_lines(edits[0].span), [edits[0]]
    for edit in edits[1:]:
        lines = _whole_lines(edit.span)
        if lines.start < block.end:
            block, inside = block.to(lines), [*inside, edit]
        else:
            yield block, inside
            block, inside = lines, [edit]
    yield block, inside


def _whole_lines(span: Span) -> Span:
    text = span.source.text
    last = max(span.start, span.end - 1)
    end = text.find("\n", last)
    return Span(span.source, text.rfind("\n", 0, span.start) + 1, len(text) if end < 0 else end + 1)


def _edited(block: Span, edits: list[Edit]) -> str:
    text = block.text
    for edit in reversed(edits):
        low, high = edit.span.start - block.start, edit.span.end - block.start
        text = text[:low] + edit.text + text[high:]
    return text


def _shared_start(old: list[str], new: list[str]) -> int:
    return next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
