"""Documents that know where they may break, and the printer that decides (after Oppen and Wadler).

A group is printed on one line if it fits there up to the next place that may break, else all of its own lines break.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field, frozen

WIDTH = 120
INDENT = 2


@frozen
class Line:
    """In a broken group a new line, else this text."""

    flat: str = " "


@frozen
class Hard:
    """A new line, always."""


@frozen
class IfBroken:
    """One text in a broken group, another in a flat one."""

    text: str
    flat: str = ""


@define(eq=False)
class Pad:
    """Blanks that align what stands under one another, so none in a flat group.

    They do not count as width: where a line breaks does not hang on its neighbours.
    """

    width: int = 0


@frozen
class Remark:
    """A comment behind code. It has no width either: no line breaks for one."""

    text: str


@frozen
class Nest:
    """Its lines stand further to the right, by `by` blanks."""

    doc: Doc
    by: int = INDENT


@frozen
class Group:
    """Broken as a whole or not at all; `broken` leaves no choice."""

    doc: Doc
    broken: bool = False


@frozen
class Concat:
    """One after the other."""

    parts: tuple[Doc, ...]


Doc = str | Line | Hard | IfBroken | Pad | Remark | Nest | Group | Concat

HARD = Hard()


def concat(*parts: Doc) -> Doc:
    """One after the other."""
    return parts[0] if len(parts) == 1 else Concat(parts)


def join(separator: Doc, parts: Iterable[Doc]) -> Doc:
    """The parts with `separator` between them."""
    joined: list[Doc] = []
    for part in parts:
        joined += [separator, part] if joined else [part]
    return Concat(tuple(joined))


def flat(doc: Doc) -> str | None:
    """The text on one line (strings may bring newlines of their own), None if something in it must break."""
    match doc:
        case str():
            return doc
        case Line():
            return doc.flat
        case Hard() | Remark():
            return None
        case IfBroken():
            return doc.flat
        case Pad():
            return ""
        case Nest():
            return flat(doc.doc)
        case Group():
            return None if doc.broken else flat(doc.doc)
        case Concat():
            texts = [flat(part) for part in doc.parts]
            return None if None in texts else "".join(text for text in texts if text is not None)


def fits(doc: Doc, indent: int) -> bool:
    """Whether `doc` fits on one line; of a string of several lines only the first and last count."""
    text = flat(doc)
    if text is None:
        return False
    first, *_, last = text.split("\n") if "\n" in text else (text, "")
    return indent + len(first) <= WIDTH and len(last) <= WIDTH


@define
class _Out:
    """Text as it grows; blanks are only written before something, so that no line ends in them."""

    parts: list[str] = field(factory=lambda: list[str]())
    column: int = 0
    waiting: int = 0

    def write(self, text: str) -> None:
        if not text:
            return
        self.parts += [" " * self.waiting, text]
        self.waiting = 0
        newline = text.rfind("\n")
        self.column = self.column + len(text) if newline < 0 else len(text) - newline - 1

    def new_line(self, indent: int) -> None:
        self.parts.append("\n")
        self.column = self.waiting = indent


_Item = tuple[int, bool, Doc]
"""How far to the right, whether broken, what."""


def render(doc: Doc) -> str:
    """The text of `doc`."""
    out = _Out()
    stack: list[_Item] = [(0, True, doc)]
    while stack:
        indent, broken, item = stack.pop()
        match item:
            case str():
                out.write(item)
            case Remark():
                out.write(item.text)
            case Pad():
                out.waiting += item.width if broken else 0
            case Line() if not broken:
                out.write(item.flat)
            case Line() | Hard():
                out.new_line(indent)
            case IfBroken():
                out.write(item.text if broken else item.flat)
            case Nest():
                stack.append((indent + item.by, broken, item.doc))
            case Group():
                inside = not item.broken and _room(WIDTH - out.column, (indent, False, item.doc), stack)
                stack.append((indent, not inside, item.doc))
            case Concat():
                stack += [(indent, broken, part) for part in reversed(item.parts)]
    return "".join(out.parts)


def _room(room: int, first: _Item, rest: list[_Item]) -> bool:
    """Whether `first` and what follows it, up to the next new line, fit into `room`."""
    stack = [first]
    following = len(rest)
    while room >= 0:
        if not stack:
            if not following:
                return True
            following -= 1
            stack.append(rest[following])
        indent, broken, item = stack.pop()
        match item:
            case str():
                line, newline, _ = item.partition("\n")
                room -= len(line)
                if newline:
                    return room >= 0
            case Line() if not broken:
                room -= len(item.flat)
            case Line() | Hard():
                return following < len(rest)  # what must break inside `first` does not fit on its line
            case IfBroken():
                room -= len(item.text if broken else item.flat)
            case Pad() | Remark():
                pass
            case Nest():
                stack.append((indent, broken, item.doc))
            case Group():
                if item.broken and not broken and following == len(rest):
                    return False
                stack.append((indent, item.broken or (broken and following < len(rest)), item.doc))
            case Concat():
                stack += [(indent, broken, part) for part in reversed(item.parts)]
    return False
