"""For all texts: reading never raises, and formatting keeps the tree and comes to rest."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowc.source import Source
from flowc.syntax.format import format_source
from flowc.syntax.format.comments import Comments
from flowc.syntax.parse import parse, parse_expr
from flowc.syntax.walk import walk
from tests.unit.syntax.programs import programs

PROGRAMS = [path.read_text() for path in sorted((Path(__file__).parents[2] / "cases" / "syntax").rglob("*.flow"))]
SOUND = [text for text in PROGRAMS if not parse(Source("", text))[1]]
PIECES = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    '"',
    '"""',
    "#{",
    "#",
    "##",
    "\n",
    " ",
    ",",
    ":",
    "=",
    "->",
    "=>",
    ">>",
    "task ",
]
PIECES += [
    "flow a {\n",
    "if ",
    "else ",
    "for x in ",
    "match ",
    "on ",
    "@a",
    "a",
    "1",
    "1h",
    "..",
    "??",
    "-",
    "not ",
    "\\",
    "'",
]
PIECES += [
    'r"',
    "\t",
    "\r",
    "\x00",
    "\xa0",
    "é",
    "<<<<<<<\n",
    "=======\n",
    ">>>>>>>\n",
    ".",
    "|",
    "?",
    "and ",
    "import ",
    "{{ ds }}",
]

SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def read(text: str) -> None:
    source = Source("test.flow", text)
    file, diagnostics = parse(source)
    for node in walk(file):
        assert 0 <= node.span.start <= node.span.end <= len(text)
    for diagnostic in diagnostics:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
    format_source(source)
    parse_expr(source)


@SLOWLY
@given(st.text(st.characters(codec="utf-8")) | st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text(text: str) -> None:
    read(text)


@SLOWLY
@given(st.sampled_from(PROGRAMS), st.data())
def test_a_program_cut_short_or_with_a_hole(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)) | st.just(len(text)))
    read(text[:start] + data.draw(st.sampled_from(["", *PIECES])) + text[end:])


@SLOWLY
@given(programs())
def test_formatting_keeps_the_tree_and_the_comments_and_comes_to_rest(text: str) -> None:
    file, diagnostics = parse(Source("", text))
    assert [diagnostic.message for diagnostic in diagnostics if diagnostic.code.slug != "jinja-in-text"] == []
    once = format_source(Source("", text))
    assert parse(Source("", once))[0] == file
    assert format_source(Source("", once)) == once
    assert sorted(comments(once)) == sorted(comments(text))
    assert not [line for line in once.split("\n") if line != line.rstrip() and '"""' not in text]


def comments(text: str) -> list[str]:
    return [comment.text.rstrip() for comment in Comments(text).take(0, len(text))]


def test_nesting_has_an_end() -> None:
    for text in [
        "let x = " + "(" * 5000,
        "let x = " + "f(" * 5000 + ")" * 5000,
        "let x = a" + ".b" * 5000,
        "let x = a" + "[0]" * 5000,
        "let x = " + "not " * 5000 + "a",
        "let x = a" + " + a" * 5000,
        "let x = " + "a if b else " * 3000 + "c",
        "flow f {\n" + "if a {\n" * 3000 + "}\n" * 3000 + "}",
        "flow f {\nif a {}" + " else if a {}" * 3000 + "\n}",
        "let x: " + "list[" * 3000 + "a" + "]" * 3000 + " = 1",
        '"#{' * 10_000,
        "{" * 50_000,
    ]:
        _, diagnostics = parse(Source("", text))
        assert diagnostics, text[:30]
        read(text)


@pytest.mark.slow
def test_some_hundred_random_changes() -> None:
    random = Random(20240101)
    for _ in range(400):
        text = random.choice(SOUND)
        for _ in range(random.choice([1, 1, 2, 5])):
            at = random.randrange(len(text) + 1)
            text = text[:at] + random.choice(["", *PIECES]) + text[at + random.choice([0, 0, 1, 7]) :]
        parse(Source("", text))
