"""A mistake is told once, not again by all that it leaves without a name."""

from flowc.diagnostics import CODES
from flowc.diagnostics.echoes import without_echoes
from flowc.diagnostics.model import Diagnostic
from flowc.source import Source, Span

SOURCE = Source("a.flow", 'from lib import wh\nlet count = len (rows)\ntask a = sql @wh "#{count} #{other}"\n')
OTHER = Source("b.flow", "count\n")


def at(code: str, text: str, source: Source = SOURCE, nth: int = 0) -> Diagnostic:
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(text, start + 1)
    return Diagnostic(CODES[code], text, Span(source, start, start + len(text)))


def test_a_name_of_a_broken_line_is_not_missed() -> None:
    broken, echo, real = at("FLOW110", "("), at("FLOW201", "count", nth=1), at("FLOW201", "other")
    assert without_echoes([broken, echo, real]) == [broken, real]


def test_a_name_of_a_failed_import_is_not_missed() -> None:
    failed, echo = at("FLOW205", "lib"), at("FLOW803", "@wh")
    assert without_echoes([failed, echo]) == [failed]


def test_a_name_in_another_file_is() -> None:
    both = [at("FLOW110", "("), at("FLOW201", "count", OTHER)]
    assert without_echoes(both) == both


def test_nothing_is_empty_or_unused_in_a_file_with_broken_lines() -> None:
    broken = at("FLOW110", "(")
    assert without_echoes([at("FLOW411", "task"), broken, at("FLOW208", "wh")]) == [broken]


def test_a_warning_breaks_no_line() -> None:
    both = [at("FLOW114", "("), at("FLOW201", "count", nth=1)]
    assert without_echoes(both) == both


def test_other_messages_stay() -> None:
    both = [at("FLOW110", "("), at("FLOW301", "count", nth=1), Diagnostic(CODES["FLOW201"], "no place")]
    assert without_echoes(both) == both
