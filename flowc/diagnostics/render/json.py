"""One JSON document for programs.

    {"version": 1,
     "diagnostics": [{"code": "FLOW306", "slug": "unit-missing", "severity": "error", "message": "...",
                      "place": PLACE or null, "label": "...", "related": [{"place": PLACE, "text": "..."}],
                      "helps": ["..."], "notes": ["..."], "edits": [{"place": PLACE, "text": "30s"}]}],
     "errors": 1, "warnings": 0}

    PLACE: {"path": "a.flow", "line": 3, "column": 7, "end_line": 3, "end_column": 9, "start": 41, "end": 43}

Lines and columns count from 1, `start` and `end` from 0, all in characters; ends are left out. The edits of one
diagnostic do not overlap and belong together: put each `text` in the place of `start` to `end`, the last one first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from flowc.diagnostics.codes import Severity
from flowc.diagnostics.model import Diagnostic
from flowc.source import Span

_VERSION = 1

Json = dict[str, object]


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """The whole document; an empty list of diagnostics is a document too."""
    document = {
        "version": _VERSION,
        "diagnostics": [entry(diagnostic) for diagnostic in diagnostics],
        "errors": sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics),
        "warnings": sum(diagnostic.severity is Severity.WARNING for diagnostic in diagnostics),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def entry(diagnostic: Diagnostic) -> Json:
    """One diagnostic as the module says."""
    return {
        "code": diagnostic.code.number,
        "slug": diagnostic.code.slug,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "place": place(diagnostic.span) if diagnostic.span else None,
        "label": diagnostic.label,
        "related": [{"place": place(label.span), "text": label.text} for label in diagnostic.related],
        "helps": list(diagnostic.helps),
        "notes": list(diagnostic.notes),
        "edits": [{"place": place(edit.span), "text": edit.text} for edit in diagnostic.edits],
    }


def place(span: Span) -> Json:
    """Where a span is, by lines and columns and by offsets."""
    end_line, end_column = span.source.position(span.end)
    return {
        "path": span.source.path,
        "line": span.line,
        "column": span.column,
        "end_line": end_line,
        "end_column": end_column,
        "start": span.start,
        "end": span.end,
    }
