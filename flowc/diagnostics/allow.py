"""Silence the warnings that the user allows: on a line by `# flow: allow(slug)`, everywhere by `[lint] allow`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from attrs import frozen

from flowc.diagnostics.codes import BY_SLUG, Severity
from flowc.diagnostics.model import Diagnostic, Problems
from flowc.diagnostics.suggest import closest
from flowc.source import Span


@frozen
class Allowance:
    """A slug that is allowed, where that is written, and the line of that file that it silences."""

    slug: str
    span: Span
    line: int


def unsilenced(
    diagnostics: Iterable[Diagnostic], allowances: Iterable[Allowance], *, everywhere: Collection[str] = ()
) -> list[Diagnostic]:
    """What is left to say. Errors and information cannot be allowed; see `unknown_allowances`."""
    by_line = {(allowance.span.source.path, allowance.line, allowance.slug) for allowance in allowances}

    def silent(diagnostic: Diagnostic) -> bool:
        slug, span = diagnostic.code.slug, diagnostic.span
        if diagnostic.severity is not Severity.WARNING:
            return False
        return slug in everywhere or (span is not None and (span.source.path, span.line, slug) in by_line)

    return [diagnostic for diagnostic in diagnostics if not silent(diagnostic)]


def unknown_allowances(slugs: Iterable[tuple[str, Span]], problems: Problems) -> None:
    """Report each slug that names no warning, at the place where it is written."""
    warnings = [slug for slug, code in BY_SLUG.items() if code.severity is Severity.WARNING]
    for slug, span in slugs:
        if slug in warnings:
            continue
        if slug in BY_SLUG:
            message = f"`{slug}` is no warning, and only warnings can be allowed"
            problems.add("FLOW115", message, span, helps=("mend what it reports",))
        else:
            near = closest(slug, warnings)
            help_ = f"did you mean `{near}`?" if near else "`flowc explain` lists them all"
            problems.add("FLOW115", f"no warning has the name `{slug}`", span, helps=(help_,))
