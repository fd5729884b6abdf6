"""`flowc fmt`: one style, no options.

* Two blanks for each block; lines up to 120 characters; two blanks before a comment behind code; no two blank lines.
* What its author put on one line stays on one line if it fits, what they broke stays broken: a block of one statement,
  a schema, a list or call (by the newline after its opening bracket), clauses behind a task or in its block.
* A line that is too long gives way in this order: its clauses move into a block, brackets break with each item on a
  line and a comma behind the last, `and`, `or`, `??` and `>>` begin lines.
* Neighbours are aligned: the `=` of tasks, the first values of clauses, the types of columns, the braces of schemas on
  one line. A run of neighbours ends at a blank line, a comment, another statement (clauses alone do not part tasks),
  and after a task with a block of several lines.
* Brackets around an operation stay, others go. Strings and numbers are never touched. Every comment is kept: on its own
  line, behind what it stood behind, or, from inside an expression, above the statement.

Formatting changes no tree, and formatting what is formatted changes nothing.
"""

from __future__ import annotations

from flowc.diagnostics import Severity
from flowc.source import Source
from flowc.syntax.ast import Expr, File
from flowc.syntax.format.comments import Comments
from flowc.syntax.format.declarations import Declarations
from flowc.syntax.format.expressions import Expressions
from flowc.syntax.format.layout import flat, render
from flowc.syntax.parse import parse

__all__ = ["format_expr", "format_file", "format_source"]


def format_expr(expr: Expr) -> str:
    """An expression in canonical style, on one line: what a check is called after."""
    printed = flat(Expressions(expr.span.source.text, Comments("")).expr(expr))
    return " ".join((printed or expr.span.text).split())


def format_source(source: Source) -> str:
    """The text in canonical style; as it is where it cannot be read (`parse` says why)."""
    file, diagnostics = parse(source)
    if any(diagnostic.code.number[4] == "1" and diagnostic.severity is Severity.ERROR for diagnostic in diagnostics):
        return source.text
    return format_file(file, source)


def format_file(file: File, source: Source) -> str:
    """The canonical text of a file that was read from `source` without errors."""
    text = source.text
    return render(Declarations(text, Comments(text)).file(file)).replace("\r\n", "\n")
