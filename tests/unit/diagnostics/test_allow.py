"""`# flow: allow(slug)` and `[lint] allow`."""

from flowc.diagnostics import CODES, Problems
from flowc.diagnostics.allow import Allowance, unknown_allowances, unsilenced
from flowc.diagnostics.model import Diagnostic
from flowc.source import Source, Span

SOURCE = Source("a.flow", "one\ntwo\nthree\n")
OTHER = Source("b.flow", "one\ntwo\nthree\n")


def found(code: str, source: Source, line: int) -> Diagnostic:
    start = [0, 4, 8][line - 1]
    return Diagnostic(CODES[code], "m", Span(source, start, start + 3))


def allowance(slug: str, line: int) -> Allowance:
    return Allowance(slug, Span(SOURCE, 0, 3), line)


def test_a_warning_is_silent_on_its_line_and_file_only() -> None:
    here, below, there = (found("FLOW208", *at) for at in ((SOURCE, 2), (SOURCE, 3), (OTHER, 2)))
    assert unsilenced([here, below, there], [allowance("unused-import", 2)]) == [below, there]


def test_another_slug_silences_nothing() -> None:
    here = found("FLOW208", SOURCE, 2)
    assert unsilenced([here], [allowance("untyped-any", 2)]) == [here]


def test_the_project_silences_everywhere() -> None:
    warnings = [found("FLOW208", SOURCE, 1), found("FLOW208", OTHER, 3), Diagnostic(CODES["FLOW208"], "m")]
    assert unsilenced(warnings, [], everywhere=["unused-import"]) == []


def test_errors_and_information_stay() -> None:
    loud = [found("FLOW309", SOURCE, 1), found("FLOW902", SOURCE, 1)]
    slugs = ("optional-value-used", "emulated")
    assert unsilenced(loud, [allowance(slug, 1) for slug in slugs], everywhere=slugs) == loud


def test_an_allowance_must_name_a_warning() -> None:
    problems = Problems()
    slugs = ("optional-value-used", "unused-imports", "x", "unused-import")
    unknown_allowances([(slug, Span(SOURCE, 0, 3)) for slug in slugs], problems)
    assert [(problem.code.number, problem.message, problem.helps) for problem in problems] == [
        (
            "FLOW115",
            "`optional-value-used` is no warning, and only warnings can be allowed",
            ("mend what it reports",),
        ),
        ("FLOW115", "no warning has the name `unused-imports`", ("did you mean `unused-import`?",)),
        ("FLOW115", "no warning has the name `x`", ("`flowc explain` lists them all",)),
    ]
