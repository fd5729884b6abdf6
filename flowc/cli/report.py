"""Diagnostics to the terminal or a pipe, and the exit code that they make."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

from flowc.cli.version import VERSION
from flowc.diagnostics.codes import Severity
from flowc.diagnostics.model import Diagnostic
from flowc.diagnostics.render import Form, render


def show(diagnostics: Sequence[Diagnostic], form: Form = "terminal", *, stream: TextIO | None = None) -> None:
    """Print them to `stream`, standard error if none is given."""
    out = sys.stderr if stream is None else stream
    colour = form == "terminal" and wants_colour(out)
    out.write(render(diagnostics, form, version=VERSION, colour=colour))


def exit_code(diagnostics: Sequence[Diagnostic], *, strict: bool = False) -> int:
    """1 where there are errors, or warnings and we are `strict`; else 0."""
    grave = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return int(any(diagnostic.severity in grave for diagnostic in diagnostics))


def summary(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """`2 errors and 1 warning in 3 files`."""
    counts = [(sum(d.severity is severity for d in diagnostics), severity) for severity in Severity]
    found = [counted(count, severity.value) for count, severity in counts if count and severity is not Severity.INFO]
    return f"{' and '.join(found) or 'nothing wrong'} in {counted(files, 'file')}"


def counted(count: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def wants_colour(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that shows colours; NO_COLOR and FORCE_COLOR (no-color.org) have their say."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as lines whose cells stand below each other, apart by two blanks."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)
