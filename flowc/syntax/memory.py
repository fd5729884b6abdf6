"""What was read of a file before: statements and declarations by their text, taken again where that has not changed.

The parser asks when it is about to read one. It is taken if the parser is in the same state, in as many brackets, the
text goes on with the very same characters, and a newline ends it: then the machine would do just what it did then, so
the tree is the one that reading anew gives. Places inside are counted from where it begins (`flowc.source.Part`), so it
may stand elsewhere now. What something had to be told about is not kept.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from attrs import define, field

from flowc.diagnostics import Problems
from flowc.source import Part, Source
from flowc.syntax.build import Builder
from flowc.syntax.lexer import Lexer, Token
from flowc.syntax.tables import Tables

WHOLE = ("stmt", "item")
"""What is remembered: what stands in a block, and what stands in a file."""

GENERATIONS = 3
"""What was not seen in so many texts is forgotten."""
LOOKED_AT = 4
"""So many that begin with the same line are compared."""

Key = tuple[int, int, str]
"""The parser's state, the brackets that are open, the first line."""


@define(eq=False)
class Remembered:
    """A statement that was read: its text, its value, and the parts that it is made of, with their distance to it."""

    key: Key
    symbol: str
    text: str
    value: Any
    parts: tuple[tuple[Part, int], ...]
    inner: tuple[Remembered, ...]
    longest: int
    seen: int


@define(eq=False)
class _Open:
    """A statement that is being read, at a depth of the parser's stack."""

    key: Key
    depth: int
    part: Part
    problems: int
    longest: int
    parts: list[Part] = field(factory=list[Part])
    inner: list[Remembered] = field(factory=list[Remembered])


@define(eq=False)
class Memory:
    """The statements of a file's last texts."""

    pool: list[Remembered] = field(factory=list[Remembered])
    generation: int = 0
    text: str = ""
    """What was read at last: the text without what is broken in it."""

    def end(self, last: Reading) -> None:
        """`last` was the reading that counts."""
        self.generation += 1
        self.text = last.text
        used = {id(each) for each in last.kept}
        oldest = self.generation - GENERATIONS
        self.pool = [*last.kept, *(each for each in self.pool if id(each) not in used and each.seen > oldest)]


@define(eq=False)
class Reading:
    """One reading of a text, with a memory; the parser tells it where statements begin and end.

    `begins` are the states in which one may begin. `invented` are the places of heads that the user did not write.
    """

    memory: Memory
    source: Source
    text: str
    tables: Tables
    builder: Builder
    problems: Problems
    invented: frozenset[int] = frozenset()
    kept: list[Remembered] = field(factory=list[Remembered])
    begins: frozenset[int] = field(init=False)
    _known: dict[Key, deque[Remembered]] = field(factory=dict[Key, "deque[Remembered]"])
    _taken: set[int] = field(factory=set[int])
    _open: list[_Open] = field(factory=list[_Open])

    def __attrs_post_init__(self) -> None:
        states = self.tables.states
        self.begins = frozenset(number for number, row in enumerate(states) if any(word in row for word in WHOLE))
        for each in self.memory.pool:
            if (known := self._known.get(each.key)) is not None:
                known.append(each)
            else:
                self._known[each.key] = deque([each])

    def begun(self, state: int, token: Token, depth: int, lexer: Lexer) -> Remembered | None:
        """What was read before and stands here again; None: it begins to be read now."""
        start = token[1]
        end = self.text.find("\n", start)
        key = (state, len(lexer.brackets), self.text[start : end if end >= 0 else None])
        if (found := self._found(key, start, lexer)) is not None:
            return found
        part = Part(self.source, start)
        self._open.append(_Open(key, depth, part, len(self.problems), lexer.longest, [part]))
        lexer.longest = 0
        self.builder.source = part
        return None

    def _found(self, key: Key, start: int, lexer: Lexer) -> Remembered | None:
        known = self._known.get(key)
        if not known:
            return None
        for each in [known[place] for place in range(min(LOOKED_AT, len(known)))]:
            end = start + len(each.text)
            if self.text.startswith(each.text, start) and lexer.kind_at(end) == "_NL" and self._is_free(each, start):
                known.remove(each)
                self._take(each, start, lexer)
                return each
        return None

    def _is_free(self, each: Remembered, start: int) -> bool:
        if self.invented and any(start <= place < start + len(each.text) for place in self.invented):
            return False
        return self._taken.isdisjoint([id(part) for part, _ in each.parts])

    def _take(self, each: Remembered, start: int, lexer: Lexer) -> None:
        source, taken = self.source, self._taken
        for part, distance in each.parts:
            part.base = start + distance
            part.source = source
            taken.add(id(part))
        self._keep(each)
        lexer.longest = max(lexer.longest, each.longest)

    def _keep(self, each: Remembered) -> None:
        waiting = [each]
        while waiting:
            one = waiting.pop()
            one.seen = self.memory.generation
            self.kept.append(one)
            waiting += one.inner
        if self._open:
            self._open[-1].parts += [part for part, _ in each.parts]
            self._open[-1].inner.append(each)

    def ended(self, symbol: str, value: Any, depth: int, lexer: Lexer, *, until: int, after: str) -> None:
        """The statement that began at this depth has been read; it ends at `until`, before a token `after`."""
        longest = max(lexer.longest, lexer.since)
        while self._open[-1].depth > depth:
            longest = max(longest, self._close().longest)
        done = self._close()
        lexer.longest = max(longest, done.longest)
        start = done.part.base
        is_told = len(self.problems) > done.problems
        if after != "_NL" or is_told or any(start <= place < until for place in self.invented):
            return
        parts = tuple((part, part.base - start) for part in done.parts)
        text = self.text[start:until]
        made = Remembered(done.key, symbol, text, value, parts, tuple(done.inner), longest, self.memory.generation)
        self.kept.append(made)
        self.memory.pool.append(made)
        self._taken.update(id(part) for part, _ in parts)
        if self._open:
            self._open[-1].inner.append(made)

    def _close(self) -> _Open:
        done = self._open.pop()
        self.builder.source = self._open[-1].part if self._open else self.source
        if self._open:
            self._open[-1].parts += done.parts
        return done
