"""For people at a terminal: the message, the places with their reasons, what to write instead.

    error[FLOW309 optional-value-used]: `bulk` may be skipped, so its value can be missing here
      --> fx_rates.flow:38:42
       |
    22 |   if mode == "full" {
       |      -------------- `bulk` only runs when this is true
    38 |   task publish = python fx.publish:push(bulk)
       |                                         ^^^^ needs int, found int?
       = help: give the other branch's value too:  push(bulk ?? merge)

Plain unless `colour` is asked for, which the command line does where it writes to a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import frozen

from flowc.diagnostics.codes import Severity
from flowc.diagnostics.model import Diagnostic, Label
from flowc.diagnostics.render import snippet
from flowc.diagnostics.render.oneline import heading

Paint = Callable[[str, str], str]
"""A style and a text to the text in that style."""

_BY_SEVERITY = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}
_GUTTER, _RELATED, _MADE, _GONE = "blue", "blue", "green", "red"


def render(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """All diagnostics, an empty line between two."""
    paint = _coloured() if colour else _plain
    return "\n".join(_one(diagnostic, paint) for diagnostic in diagnostics)


def _plain(_style: str, text: str) -> str:
    return text


def _coloured() -> Paint:
    from rich.color import ColorSystem
    from rich.style import Style

    def paint(style: str, text: str) -> str:
        return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)

    return paint


def _one(diagnostic: Diagnostic, paint: Paint) -> str:
    strong = _BY_SEVERITY[diagnostic.severity]
    head = f"{paint(strong, heading(diagnostic))} {paint('bold', snippet.visible(diagnostic.message))}"
    changes = list(snippet.changes(diagnostic.edits))
    margin = _Margin(_number_width(diagnostic, changes), paint)
    return "".join(
        f"{line}\n"
        for line in (
            head,
            *_places(diagnostic, margin, strong),
            *_advice(diagnostic, margin),
            *(_change(change, margin) for change in changes),
        )
    )


@frozen
class _Margin:
    """The column of line numbers."""

    width: int
    paint: Paint

    def __call__(self, number: int | None, sign: str, text: str = "") -> str:
        shown = "" if number is None else number
        return f"{self.paint(_GUTTER, f'{shown:>{self.width}} {sign}')} {text}".rstrip()


def _number_width(diagnostic: Diagnostic, changes: Sequence[snippet.Change]) -> int:
    spans = [label.span for label in diagnostic.related] + ([diagnostic.span] if diagnostic.span else [])
    return len(str(max([span.line for span in spans] + [change.number for change in changes], default=0)))


# ------------------------------------------------------------------ places


def _places(diagnostic: Diagnostic, margin: _Margin, strong: str) -> Iterator[str]:
    """The file of the primary place first, then those of the related ones."""
    primary = Label(diagnostic.span, diagnostic.label) if diagnostic.span else None
    labels = [*([primary] if primary else []), *diagnostic.related]
    files = {label.span.source.path: label for label in reversed(labels)}
    for path in dict.fromkeys(label.span.source.path for label in labels):
        first = files[path]
        arrow = "-->" if first is primary else ":::"
        yield f"{' ' * margin.width}{margin.paint(_GUTTER, arrow)} {first.span}"
        yield margin(None, "|")
        for line in snippet.lines(first.span.source, labels, primary=primary):
            yield margin(line.number, "|", line.text)
            yield from (margin(None, "|", text) for text in _under(line, margin.paint, strong))


def _under(line: snippet.Line, paint: Paint, strong: str) -> Iterator[str]:
    """The marks of a line: the last one's words beside it, those of the others below, hung on a stroke each."""
    yield from _row([(mark.start, _drawn(mark), mark) for mark in line.marks], paint, strong, last=line.marks[-1].text)
    hanging = [mark for mark in line.marks[:-1] if mark.text]
    if hanging:
        yield from _row([(mark.start, "|", mark) for mark in hanging], paint, strong)
    while hanging:
        *others, mark = hanging
        yield from _row([*((o.start, "|", o) for o in others), (mark.start, mark.text, mark)], paint, strong)
        hanging = others


def _drawn(mark: snippet.Mark) -> str:
    return ("^" if mark.is_primary else "-") * (mark.end - mark.start)


def _row(parts: Sequence[tuple[int, str, snippet.Mark]], paint: Paint, strong: str, *, last: str = "") -> Iterator[str]:
    """Pieces at their columns; where two would overlap the later one is drawn as far as there is room."""
    row, at = "", 0
    for start, text, mark in sorted(parts, key=lambda part: part[0]):
        shown = text[max(0, at - start) :]
        row += " " * (start - at) + paint(strong if mark.is_primary else _RELATED, shown)
        at = max(at, start) + snippet.width(shown)
    if last:
        mark = parts[-1][2]
        row += " " + paint(strong if mark.is_primary else _RELATED, snippet.visible(last))
    yield row


# ------------------------------------------------------------------ the way out


def _advice(diagnostic: Diagnostic, margin: _Margin) -> Iterator[str]:
    for word, texts in (("help", diagnostic.helps), ("note", diagnostic.notes)):
        for text in texts:
            first, *rest = text.splitlines() or [""]
            yield margin(None, "=", f"{margin.paint('bold', f'{word}:')} {snippet.visible(first)}")
            yield from (margin(None, " ", f"{' ' * len(word)}  {snippet.visible(line)}") for line in rest)


def _change(change: snippet.Change, margin: _Margin) -> str:
    style = _MADE if change.sign == "+" else _GONE
    return margin(change.number, margin.paint(style, change.sign), margin.paint(style, change.text))
