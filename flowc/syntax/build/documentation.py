"""Doc comments meet what they document."""

from __future__ import annotations

from attrs import evolve

from flowc.diagnostics import Edit
from flowc.source import Span
from flowc.syntax import ast
from flowc.syntax.build.base import Base, DocLine


class Documentation(Base):
    """`## ...` before a declaration is its doc; before anything else it is a mistake."""

    def documented(
        self, doc: tuple[DocLine, ...], node: ast.Stmt | ast.Item | tuple[ast.Clause, ...]
    ) -> ast.Stmt | ast.Item | tuple[ast.Clause, ...]:
        if isinstance(node, ast.Documented):
            return evolve(node, doc=self._text(doc))
        self._undocumentable(doc)
        return node

    def documented_column(self, line: DocLine, column: ast.Column) -> ast.Column:
        """A line of the doc before a column; the lines below it are there already."""
        return evolve(column, doc=line.text if column.doc is None else f"{line.text}\n{column.doc}")

    def _text(self, lines: tuple[DocLine, ...]) -> str:
        return "\n".join(line.text for line in lines)

    def _undocumentable(self, lines: tuple[DocLine, ...]) -> None:
        marks = [Span(self.source, line.span.start, line.span.start + 2) for line in lines]
        self.problems.add(
            "FLOW101",
            "`##` documents a declaration, and none follows",
            lines[0].span,
            helps=["for a remark write  # ..."],
            edits=[Edit(mark, "#") for mark in marks],
        )
