"""One line each, as editors and `grep` like it: `a.flow:3:7: error[FLOW309 optional-value-used]: message`."""

from __future__ import annotations

from collections.abc import Iterable

from flowc.diagnostics.model import Diagnostic


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """A line for each diagnostic; one without a place begins with its severity."""
    return "".join(f"{line(diagnostic)}\n" for diagnostic in diagnostics)


def line(diagnostic: Diagnostic) -> str:
    """Without its newline, whatever the message holds."""
    place = f"{diagnostic.span}: " if diagnostic.span else ""
    return f"{place}{heading(diagnostic)} {' '.join(diagnostic.message.split())}"


def heading(diagnostic: Diagnostic) -> str:
    """`error[FLOW309 optional-value-used]:`, how every form for people begins."""
    code = diagnostic.code
    return f"{code.severity.value}[{code.number} {code.slug}]:"
