"""`flowc explain`: one page under all of its names."""

import pytest

from flowc.cli import main
from flowc.diagnostics import CODES
from flowc.diagnostics.explain import page, readable


@pytest.mark.parametrize("word", ["FLOW309", "flow309", "309", "optional-value-used", "optional_value_used"])
def test_a_page_by_any_name(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", word]) == 0
    text = page(CODES["FLOW309"])
    assert text
    assert capsys.readouterr().out == readable(text)


def test_a_page_reads_well_on_a_terminal() -> None:
    text = "# FLOW1 a\n\nWhat.\n\n```flow error=FLOW1\nflow f {\n\n}\n```\n\nRight:\n"
    assert readable(text) == "FLOW1 a\n\nWhat.\n\n    flow f {\n\n    }\n\nRight:\n"


def test_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [[c.number, c.severity.value, c.slug] for c in CODES.values()]


def test_a_code_that_is_kept_for_later(capsys: pytest.CaptureFixture[str]) -> None:
    kept = next(code for code in CODES.values() if page(code) is None)
    assert main(["explain", kept.slug]) == 0
    assert "later version" in capsys.readouterr().out
