"""SARIF 2.1.0, the form of code scanners: rules with their pages as help, results with their fixes.

Columns count code points (`columnKind`), ends are left out, as in the standard.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from flowc.diagnostics.codes import Code, Severity
from flowc.diagnostics.explain import page, summary
from flowc.diagnostics.model import Diagnostic, Edit
from flowc.source import Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}

Json = dict[str, object]


def render(diagnostics: Sequence[Diagnostic], *, version: str) -> str:
    """One run with the rules that its results use; `version` is flowc's own."""
    codes = sorted({diagnostic.code for diagnostic in diagnostics}, key=lambda code: code.number)
    driver: Json = {"name": "flowc", "rules": [_rule(code) for code in codes]}
    if version:
        driver["semanticVersion"] = version
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes.index(diagnostic.code)) for diagnostic in diagnostics],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(code: Code) -> Json:
    rule: Json = {
        "id": code.number,
        "name": "".join(word.capitalize() for word in code.slug.split("-")),
        "shortDescription": {"text": code.slug.replace("-", " ")},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }
    text, first = page(code), summary(code)
    if text and first:
        rule["fullDescription"] = {"text": first}
        rule["help"] = {"text": text, "markdown": text}
    return rule


def _result(diagnostic: Diagnostic, rule: int) -> Json:
    result: Json = {
        "ruleId": diagnostic.code.number,
        "ruleIndex": rule,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": "\n".join((diagnostic.message, *diagnostic.helps, *diagnostic.notes))},
    }
    if diagnostic.span:
        result["locations"] = [_location(diagnostic.span, diagnostic.label)]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, **_location(label.span, label.text)} for number, label in enumerate(diagnostic.related, 1)
        ]
    if diagnostic.edits:
        result["fixes"] = [_fix(diagnostic)]
    return result


def _location(span: Span, text: str) -> Json:
    location: Json = {"physicalLocation": {"artifactLocation": _artifact(span), "region": _region(span)}}
    return location | {"message": {"text": text}} if text else location


def _artifact(span: Span) -> Json:
    path = Path(span.source.path)
    return {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}


def _region(span: Span) -> Json:
    line, column = span.source.position(span.end)
    return {"startLine": span.line, "startColumn": span.column, "endLine": line, "endColumn": column}


def _fix(diagnostic: Diagnostic) -> Json:
    edits = sorted(diagnostic.edits, key=lambda edit: (edit.span.source.path, edit.span.start))
    fix: Json = {
        "artifactChanges": [_change(list(found)) for _, found in groupby(edits, lambda edit: edit.span.source.path)]
    }
    return {"description": {"text": diagnostic.helps[0]}, **fix} if diagnostic.helps else fix


def _change(edits: Sequence[Edit]) -> Json:
    return {"artifactLocation": _artifact(edits[0].span), "replacements": list(_replacements(edits))}


def _replacements(edits: Iterable[Edit]) -> Iterable[Json]:
    for edit in edits:
        yield {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
