"""Silence the warnings that the user allows: on a line by `# flow: allow(slug)`, everywhere by `[lint] allow`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from flowc.diagnostics.codes import BY_SLUG, Severity
from flowc.diagnostics.model import Diagnostic, Problems
from flowc.diagnostics.suggest import closest
from flowc.source import Span


@frozen
class Allowance:
    """A slug that is allowed, where that is written, and the line it silences; `line` None is the whole project."""

    slug: str
    span: Span
    line: int | None = None


def unsilenced(diagnostics: Iterable[Diagnostic], allowances: Sequence[Allowance]) -> list[Diagnostic]:
    """What is left to say. Errors and information cannot be allowed; see `unknown_allowances`."""
    everywhere = {allowance.slug for allowance in allowances if allowance.line is None}
    by_line = {(allowance.span.source.path, allowance.line, allowance.slug) for allowance in allowances}

    def silent(diagnostic: Diagnostic) -> bool:
        slug, span = diagnostic.code.slug, diagnostic.span
        if diagnostic.severity is not Severity.WARNING:
            return False
        return slug in everywhere or (span is not None and (span.source.path, span.line, slug) in by_line)

    return [diagnostic for diagnostic in diagnostics if not silent(diagnostic)]


def unknown_allowances(allowances: Iterable[Allowance], problems: Problems) -> None:
    """Report each allowance that names no warning."""
    warnings = [slug for slug, code in BY_SLUG.items() if code.severity is Severity.WARNING]
    for allowance in allowances:
        slug = allowance.slug
        if slug in warnings:
            continue
        if slug in BY_SLUG:
            message = f"`{slug}` is no warning, and only warnings can be allowed"
            problems.add("FLOW115", message, allowance.span, helps=("mend what it reports",))
        else:
            near = closest(slug, warnings)
            help_ = f"did you mean `{near}`?" if near else "`flowc explain` lists them all"
            problems.add("FLOW115", f"no warning has the name `{slug}`", allowance.span, helps=(help_,))
