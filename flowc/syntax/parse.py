"""Text to tree: the parser, and what happens when it stops.

`parse` never raises, whatever the text is. Where the parser stops, the mistake is explained, the broken statement is
blanked, and the text is read again: several mistakes come in one pass, and the rest of the file is still a tree.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from attrs import define, evolve, field

from flowc.diagnostics import Diagnostic, Problems
from flowc.source import Source, Span
from flowc.syntax import ast, lalr, tables
from flowc.syntax.allows import allows
from flowc.syntax.build import Builder
from flowc.syntax.lexer import Lexer, Unreadable, spelling
from flowc.syntax.memory import Memory, Reading
from flowc.syntax.mistakes import explain, surface
from flowc.syntax.mistakes.holes import explain_hole
from flowc.syntax.mistakes.scene import Scene
from flowc.syntax.recover import repair
from flowc.syntax.walk import children

MOST, LEAST, WORK = 100, 20, 2_000_000
"""So many broken statements are told in one pass: fewer in a large file, which is read anew for each."""

DEEPEST_TREE = 120
"""Levels of the tree below a declaration; no statement of so few tokens reaches it."""


def parse(source: Source, memory: Memory | None = None) -> tuple[ast.File, list[Diagnostic]]:
    """The tree of a file and what is wrong with its text, in the order of the text.

    With an error among the diagnostics the tree lacks the broken statements. With a `memory` of the file's last texts,
    what stands there unchanged is taken from it, and moves here from the trees that were read before.
    """
    text, found = surface.clean(source)
    problems = Problems()
    problems.extend(found)
    reader = _Reader(source, text, memory=memory)
    file = reader.file()
    for left in reversed(range(max(LEAST, min(MOST, WORK // (len(text) + 1))))):
        if isinstance(file, ast.File):
            break
        mistake = explain(file)
        problems.report(mistake if left else evolve(mistake, notes=(*mistake.notes, "what follows was not read")))
        if file.reason or not left:
            break
        repaired = repair(file)
        reader = _Reader(source, repaired.text, reader.invented | repaired.invented, memory)
        file = reader.file()
    problems.extend(reader.problems)
    if memory is not None and reader.reading is not None:
        memory.end(reader.reading)
    items = file.items if isinstance(file, ast.File) else ()
    if reader.perhaps_deep:
        items = tuple(item for item in items if not _too_deep(item, problems))
    return ast.File(items, allows(source), span=Span(source, 0, len(source.text))), problems.sorted()


def parse_expr(source: Source) -> tuple[ast.Expr | None, list[Diagnostic]]:
    """The tree of a text that is one expression, None if it is none, and what is wrong with it."""
    text, found = surface.clean(source)
    reader = _Reader(source, text)
    expr = reader.expression()
    reader.problems.extend([*found, explain(expr)] if isinstance(expr, Scene) else found)
    return None if isinstance(expr, Scene) else expr, reader.problems.sorted()


_HOLE = re.compile(r"#\{[^{}]*\}")


_NAMED = re.compile(r"#\{([A-Za-z_][A-Za-z0-9_]*)\}")


@cache
def _keywords() -> frozenset[str]:
    return frozenset(spelling(tables.load().terminals).keywords)


def parse_text(source: Source) -> tuple[ast.Text, list[Diagnostic]]:
    """A whole file as the text of a string: what stands in `#{...}` are holes, all else is taken as it is."""
    text = source.text
    reader = _Reader(source, text)
    parts: list[str | ast.Expr] = []
    end = 0
    for match in _HOLE.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        hole = reader.hole(match.start(), match.end())
        parts.append(hole or ast.NullLiteral(span=Span(source, match.start(), match.end())))
        end = match.end()
    if end < len(text):
        parts.append(text[end:])
    whole = ast.Text(tuple(parts), False, True, text, span=Span(source, 0, len(text)))
    return whole, reader.problems.sorted()


def _too_deep(node: ast.Node, problems: Problems) -> bool:
    """Whether something in `node` is nested deeper than passes over the tree, which recurse, can follow."""
    waiting = [(node, 1)]
    while waiting:
        at, depth = waiting.pop()
        if depth > DEEPEST_TREE:
            helps = ["name an inner part:  let part = ..."]
            problems.add("FLOW101", "this is nested too deep to be read", at.span, helps=helps)
            return True
        waiting += [(child, depth + 1) for child in children(at)]
    return False


@define
class _Reader:
    """One reading of a text."""

    source: Source
    text: str
    invented: frozenset[int] = frozenset()
    memory: Memory | None = None
    problems: Problems = field(factory=Problems)
    perhaps_deep: bool = field(init=False)
    builder: Builder = field(init=False)
    reading: Reading | None = field(init=False, default=None)
    lexer: Lexer | None = field(init=False, default=None)
    """Of the whole text: how long the lines in holes are is kept there too."""

    def __attrs_post_init__(self) -> None:
        self.perhaps_deep = self.text.count("else") > 20
        self.builder = Builder(self.source, self.text, self.problems, self.hole)
        self.builder.invented = self.invented

    def file(self) -> ast.File | Scene:
        """The tree, or where the parser stopped."""
        if self.memory is not None:
            of = (self.source, self.text, tables.load(), self.builder, self.problems, self.invented)
            self.reading = Reading(self.memory, *of)
        return self._read("file", 0, len(self.text), self.reading)

    def expression(self) -> ast.Expr | Scene:
        """The tree of the only expression, or where the parser stopped."""
        end = len(self.text.rstrip())
        return self._read("expression", min(end, len(self.text) - len(self.text.lstrip())), end)

    def hole(self, start: int, end: int) -> ast.Expr | None:
        """The expression of a hole; None, and it is reported, if it is none."""
        if (named := _NAMED.fullmatch(self.text, start, end)) and named[1] not in _keywords():
            return self.builder.name(start + 2, end - 1)  # as nearly all of them are, and a parser takes its time
        hole = self._read("hole", start, end)
        if isinstance(hole, Scene):
            self.problems.report(explain_hole(hole, start, end))
            return None
        return hole

    def _read(self, start: str, begin: int, end: int, reading: Reading | None = None) -> Any:
        lexer = Lexer(self.text, tables.load(), begin, end)
        whole = self.lexer = self.lexer or lexer
        try:
            value = lalr.parse(lexer, self.builder, start=start, reading=reading)
            whole.longest = max(whole.longest, lexer.longest)
            self.perhaps_deep = self.perhaps_deep or lexer.longest > DEEPEST_TREE
            return value
        except lalr.Unexpected as stop:
            kind, at, until = stop.token
            expected = lalr.expected(lexer.tables, stop.stack)
            return Scene(self.source, self.text, kind, at, until, expected=expected, opened=stop.opened)
        except Unreadable as stop:
            return Scene(self.source, self.text, "", stop.offset, stop.offset + 1, reason=stop.reason)
