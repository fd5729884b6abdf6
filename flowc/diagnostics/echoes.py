"""Messages that only echo another one: a name is unknown because the statement that would bring it is broken.

let count = len (rows)          error[FLOW110]: the `(` of `len` must touch it
task tell = sh "#{count}"       no word about `count`, which will be there once the line above is mended
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flowc.diagnostics.codes import Code, Severity
from flowc.diagnostics.model import Diagnostic

# What says that a name is not there, and what says that something is missing, or is not used.
_UNKNOWN = {"FLOW201", "FLOW204", "FLOW215", "FLOW307", "FLOW608", "FLOW703", "FLOW803"}
_MISSING = {"FLOW208", "FLOW217", "FLOW311", "FLOW411", "FLOW511", "FLOW702"}
_FAILED_IMPORTS = {"FLOW205", "FLOW206", "FLOW207"}

_WORD = re.compile(r"\w+")


def without_echoes(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics, in their order, without those that vanish by themselves once another is mended."""
    found = list(diagnostics)
    broken = {diagnostic.span.source.path for diagnostic in found if _breaks(diagnostic.code) and diagnostic.span}
    lost = {pair for diagnostic in found for pair in _lost(diagnostic)}

    def echoes(diagnostic: Diagnostic) -> bool:
        span = diagnostic.span
        if span is None:
            return False
        if diagnostic.code.number in _MISSING:
            return span.source.path in broken
        named = _WORD.findall(span.text)
        return diagnostic.code.number in _UNKNOWN and any((span.source.path, word) in lost for word in named)

    return [diagnostic for diagnostic in found if not echoes(diagnostic)]


def _breaks(code: Code) -> bool:
    """Whether a statement with it is left out of what is checked."""
    return code.number < "FLOW200" and code.severity is Severity.ERROR


def _lost(diagnostic: Diagnostic) -> Iterable[tuple[str, str]]:
    """The words on the line of a statement that was left out: each may be the name that it declares."""
    span = diagnostic.span
    if span is None or not (_breaks(diagnostic.code) or diagnostic.code.number in _FAILED_IMPORTS):
        return ()
    return ((span.source.path, word) for word in _WORD.findall(span.source.line(span.line)))
