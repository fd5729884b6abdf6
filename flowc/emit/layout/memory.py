"""What came of a line is known for all lines that are the same but for the letters of their names and texts.

Where a line breaks depends on how long its words are and on what stands between them, not on which they are. Programs
are full of such lines: a task's call is that of its neighbour with other names.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits
from typing import Generic, TypeVar

from flowc.emit.layout.tokens import WORDS

_SAME = str.maketrans(dict.fromkeys(ascii_letters + "_", "a") | dict.fromkeys(digits, "0"))
# Words that are more than their length: keywords, what stands before quotes, numbers with letters.
_TELLING = re.compile(rf"\b(?:{'|'.join(sorted(WORDS))})\b|\b[A-Za-z]{{1,2}}(?=[\"'])|\b\d\w*[A-Za-z_]\w*")
_WORD = re.compile(r"\w+")
_MOST = 10_000

Key = tuple[object, ...]
Extra = TypeVar("Extra")


class Memory(Generic[Extra]):
    """Lines by what they look like, with something beside them."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[str, Extra]] = {}

    def key(self, text: str, place: object) -> Key:
        """Equal for texts at that place that are laid out alike."""
        telling = ((piece.start(), piece[0]) for piece in _TELLING.finditer(text))
        return place, text.translate(_SAME), *telling

    def recall(self, key: Key, text: str) -> tuple[list[str], Extra] | None:
        """What came of such a text, with this one's words."""
        found = self._known.get(key)
        if found is None:
            return None
        form, extra = found
        return (form % tuple(_WORD.findall(text))).split("\n"), extra

    def keep(self, key: Key, text: str, lines: list[str], extra: Extra) -> None:
        """Remember, if the words still stand in their order."""
        laid = "\n".join(lines)
        if _WORD.findall(laid) != _WORD.findall(text):
            return
        if len(self._known) > _MOST:
            self._known.clear()
        self._known[key] = _WORD.sub("%s", laid.replace("%", "%%")), extra
