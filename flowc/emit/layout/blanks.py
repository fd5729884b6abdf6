"""How many empty lines stand before a line: two around what a module defines, one inside, never after `def`."""

from __future__ import annotations

from attrs import frozen

from flowc.emit.layout.tokens import OddError


@frozen
class Kind:
    """What a line is for the empty lines around it."""

    name: str
    """`def`, `class`, `decorator`, `import`, `doc` for a docstring, `note` for a comment, else `plain`."""
    opens: bool = False
    word: str = ""
    """The first word, of a header of a block."""


NOTE, DOC = Kind("note"), Kind("doc")
_FIRST_CLAUSES = ("with", "try", "for", "while", "if", "match")


class Blanks:
    """Counts them line by line. `before` gives the number for a line; an earlier comment may be given more later."""

    def __init__(self) -> None:
        self.last: Kind | None = None
        self.depth = 0
        self.defs: list[int] = []
        self.is_first = True  # nothing but comments came
        self.is_first_doc = False
        self.after_class_doc = False
        self.notes: _Notes | None = None
        self.follows_note = False  # whether the line is one more comment of a group

    def before(self, kind: Kind, depth: int, written: int) -> tuple[int, int]:
        """The empty lines before this line, and how many are to be added before the comments that lead to it."""
        last = self.last
        if last is None:
            found, more = 0, 0
        else:
            found, more = self._between(last, kind, depth, written)
        if self.after_class_doc:
            found = max(found, 1)
        self.after_class_doc = kind is DOC and last is not None and last.name == "class"
        self.follows_note = last is not None and last.name == "note" and not found
        if kind.name == "note" and not self.follows_note:
            self.notes = _Notes(last, found)
        self.is_first_doc = kind is DOC and self.is_first
        self.is_first = self.is_first and kind is NOTE
        self.last, self.depth = kind, depth
        if kind.name in ("def", "class"):
            self.defs.append(depth)
        return found, more

    def _between(self, last: Kind, kind: Kind, depth: int, written: int) -> tuple[int, int]:
        before = min(written, 1 if depth else 2)
        was_written = before > 0
        if self.is_first_doc and kind.name not in ("def", "class"):
            return 1, 0
        while self.defs and self.defs[-1] >= depth:
            before = 1 if depth or (kind.opens and self.defs[-1] and kind.word not in _FIRST_CLAUSES) else 2
            self.defs.pop()
        if kind.name in ("def", "class", "decorator"):
            return self._before_definition(last, depth, before, was_written)
        if last.name == "import" and kind.name != "import" and depth == self.depth:
            return 1, 0
        if last.opens and kind is DOC:
            return 0, 0
        return before, 0

    def _before_definition(self, last: Kind, depth: int, before: int, was_written: bool) -> tuple[int, int]:
        if last.name == "decorator":
            return 0, 0
        if self.depth < depth and last.name in ("class", "def"):
            return (1 if was_written else 0), 0
        wanted = 1 if depth else 2
        if last.name == "note" and self.depth == depth and before == 0:
            notes = self.notes
            above = notes.last if notes is not None else None
            if notes is None or above is None or above.opens or above.name == "decorator" or notes.before > 1:
                return 0, 0
            return 0, max(0, wanted - notes.before)
        return wanted, 0


@frozen
class _Notes:
    """Comments that stand together: what was before them, and how many empty lines."""

    last: Kind | None
    before: int


__all__ = ["DOC", "NOTE", "Blanks", "Kind", "OddError"]
