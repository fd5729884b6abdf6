"""Text to tree."""

from __future__ import annotations

from flowc.diagnostics import Diagnostic, Problems
from flowc.source import Source
from flowc.syntax import ast, lalr, tables
from flowc.syntax.build import Builder


def parse(source: Source) -> tuple[ast.File, list[Diagnostic]]:
    problems = Problems()
    table = tables.load()
    builder: Builder

    def hole(start: int, end: int) -> ast.Expr | None:
        return lalr.parse(source.text, table, builder, start="hole", begin=start, end=end)

    builder = Builder(source, source.text, problems, hole)
    file = lalr.parse(source.text, table, builder, start="file")
    return file, list(problems)
