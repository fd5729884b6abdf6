"""What was found in a test, in the words that its tests compare."""

from __future__ import annotations

from flowc.testing.report import Report


def told(report: Report) -> list[str]:
    """Each mistake: its code, the text at its place, and what each side came to."""
    return [
        " | ".join((each.code.number, each.span.text if each.span else "", *sides(report, number)))
        for number, each in enumerate(report.diagnostics)
    ]


def sides(report: Report, number: int = 0) -> list[str]:
    """What each side of a claim came to."""
    notes = [note for note in report.diagnostics[number].notes if not note.startswith("the run came to")]
    return [line for note in notes for line in note.splitlines()]


def trace(report: Report) -> list[str]:
    """The trace, blanks made single."""
    return [" ".join(line.split()) for line in report.trace]
