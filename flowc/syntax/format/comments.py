"""The comments of a file, each to be printed once: whoever prints what stands around one takes it."""

from __future__ import annotations

from bisect import bisect_left

from attrs import define, field

from flowc.syntax.format.layout import Doc, Remark
from flowc.syntax.outline import Token, tokens


@define
class Comments:
    """Comments not yet printed, and where the doc comments are (their text is in the tree)."""

    text: str
    _waiting: list[Token] = field(init=False)
    _docs: list[Token] = field(init=False)

    def __attrs_post_init__(self) -> None:
        found = list(tokens(self.text)) if "#" in self.text else []
        self._waiting = [token for token in found if token.kind == "comment"]
        self._docs = [token for token in found if token.kind == "doc"]

    def take(self, start: int, end: int) -> list[Token]:
        """Those between two offsets."""
        first = bisect_left(self._waiting, start, key=_start)
        last = bisect_left(self._waiting, end, key=_start)
        taken = self._waiting[first:last]
        del self._waiting[first:last]
        return taken

    def trailing(self, offset: int) -> list[Doc]:
        """`  # ...`, if a comment follows `offset` on its line with nothing but a comma before it."""
        at = bisect_left(self._waiting, offset, key=_start)
        if at == len(self._waiting) or self.text[offset : self._waiting[at].start].strip(" \t,"):
            return []
        return [Remark("  " + shown(self._waiting.pop(at)))]

    def any_in(self, start: int, end: int) -> bool:
        """Whether one stands between two offsets."""
        return bisect_left(self._waiting, start, key=_start) < bisect_left(self._waiting, end, key=_start)

    def doc_start(self, start: int, end: int) -> int:
        """Where the doc comment before a declaration begins, `end` if there is none after `start`."""
        at = bisect_left(self._docs, start, key=_start)
        return self._docs[at].start if at < len(self._docs) and self._docs[at].start < end else end


def shown(comment: Token) -> str:
    """The comment as it is written, without the blanks behind it."""
    return comment.text.rstrip()


def _start(token: Token) -> int:
    return token.start
