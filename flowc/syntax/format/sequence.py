"""Entries under one another: their comments and doc comments, blank lines between them, and what is aligned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeVar

from attrs import define

from flowc.syntax import ast
from flowc.syntax.format.comments import Comments, shown
from flowc.syntax.format.layout import HARD, Doc, Pad, concat, join

N = TypeVar("N", bound=ast.Node)

Column = Literal["task", "clause", "column", "schema"]


@define(eq=False)
class Entry:
    """An entry as it will be printed.

    `column` says what it is aligned with, if anything: its `pad` is widened until its `width` is that of the widest
    neighbour. A run of neighbours ends with a `tall` entry (one with a block of several lines), and before one that
    stands `apart` (after a blank line, a comment or a doc comment).
    """

    doc: Doc
    column: Column | None = None
    width: int = 0
    pad: Pad | None = None
    tall: bool = False
    apart: bool = False


def sequence(nodes: Sequence[N], make: Callable[[N], Entry], *, comments: Comments, begin: int, end: int) -> list[Doc]:
    """The lines of `nodes`, which stand between the offsets `begin` and `end`; one blank line stays where any was."""
    text = comments.text
    lines: list[Doc] = []
    entries: list[Entry] = []
    at = begin
    for node in nodes:
        before = comments.take(at, node.span.start)
        doc_start = comments.doc_start(at, node.span.start)
        starts = [*(comment.start for comment in before if comment.start < doc_start), doc_start]
        blank = bool(lines) and _blank_between(text, at, starts[0])
        entry = make(node)
        rows: list[Doc] = []
        for comment, following in zip(before, [*starts[1:], *[doc_start] * len(before)], strict=False):
            rows.append(shown(comment))
            rows += [""] if _blank_between(text, comment.end, following) else []
        # A comment that no printer of the entry's parts had a place for goes above it.
        rows += [shown(comment) for comment in comments.take(node.span.start, node.span.end)]
        rows += _doc_rows(node)
        entry.apart = blank or bool(rows)
        entries.append(entry)
        after = comments.trailing(node.span.end)
        lines += [""] if blank else []
        lines.append(join(HARD, [*rows, concat(entry.doc, *after)]))
        at = node.span.end
    for comment in comments.take(at, end):
        lines += [""] if lines and _blank_between(text, at, comment.start) else []
        lines.append(shown(comment))
        at = comment.end
    _align(entries)
    return lines


def _blank_between(text: str, start: int, end: int) -> bool:
    return text.count("\n", start, end) > 1


def _doc_rows(node: ast.Node) -> list[Doc]:
    doc = node.doc if isinstance(node, ast.Documented) else None
    return list(doc_rows(doc)) if doc is not None else []


def doc_rows(doc: str) -> Iterable[Doc]:
    """The lines of a doc comment."""
    return (f"## {line}".rstrip() for line in doc.split("\n"))


def _align(entries: list[Entry]) -> None:
    _runs(entries, "task", passes=("clause",))  # a `check` between tasks does not part them
    for column in ("clause", "column", "schema"):
        _runs(entries, column)


def _runs(entries: list[Entry], column: Column, *, passes: tuple[Column, ...] = ()) -> None:
    run: list[Entry] = []
    for entry in entries:
        if entry.apart or (entry.column != column and entry.column not in passes):
            _widen(run)
            run = []
        run += [entry] if entry.column == column else []
        if entry.tall:
            _widen(run)
            run = []
    _widen(run)


def _widen(run: list[Entry]) -> None:
    widest = max((entry.width for entry in run), default=0)
    for entry in run:
        if entry.pad is not None:
            entry.pad.width = widest - entry.width
