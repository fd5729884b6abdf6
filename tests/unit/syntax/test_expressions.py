"""Precedence, literals and strings."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from flowc.source import Source
from flowc.syntax import ast
from flowc.syntax.parse import parse_expr


def expr(text: str) -> ast.Expr:
    tree, diagnostics = parse_expr(Source("", text))
    assert [diagnostic.message for diagnostic in diagnostics] == []
    assert tree is not None
    return tree


@pytest.mark.parametrize(
    ("plain", "bracketed"),
    [
        ("a + b * c - d", "(a + (b * c)) - d"),
        ("a - b - c", "(a - b) - c"),
        ("-a.b * c", "(-(a.b)) * c"),
        ("not a == b", "(not a) == b"),
        ("not f(a) and b", "(not (f(a))) and b"),
        ("a or b and not c", "a or (b and (not c))"),
        ("a in 1 + 1 .. 3 * 2", "a in ((1 + 1) .. (3 * 2))"),
        ("a ?? b == c ?? d", "(a ?? b) == (c ?? d)"),
        ("a ?? b .. c", "a ?? (b .. c)"),
        ("a < b and c not in d", "(a < b) and (c not in d)"),
        ("a if b or c else d if e else f", "a if (b or c) else (d if e else f)"),
        ("a.b[0](x).c", "((((a.b)[0])(x)).c)"),
        ("1..10", "1 .. 10"),
    ],
)
def test_precedence(plain: str, bracketed: str) -> None:
    assert expr(plain) == expr(bracketed)


def test_a_coalesce_chain_is_one_node_and_brackets_make_another() -> None:
    chain, nested = expr("a ?? b ?? c"), expr("(a ?? b) ?? c")
    assert isinstance(chain, ast.Coalesce)
    assert isinstance(nested, ast.Coalesce)
    assert (len(chain.choices), len(nested.choices)) == (3, 2)


def test_brackets_are_remembered_but_do_not_count() -> None:
    grouped = expr("(a + b)")
    assert isinstance(grouped, ast.Binary)
    assert grouped.grouped
    assert grouped.span.text == "(a + b)"
    assert grouped == expr("a + b")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1_000", 1000),
        ("0.5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("2024-01-31", date(2024, 1, 31)),
        ("06:00", time(6)),
        ("06:00:30", time(6, 0, 30)),
        ("2024-01-01T06:00Z", datetime(2024, 1, 1, 6, tzinfo=UTC)),
        ("2024-01-01T06:00", datetime(2024, 1, 1, 6)),
        ("1h30m", timedelta(minutes=90)),
        ("1w2d3ms4us", timedelta(days=9, microseconds=3004)),
        ("4GiB", ast.Size(4 * 2**30)),
        ("1.5kB", ast.Size(1500)),
    ],
)
def test_literals(text: str, value: object) -> None:
    literal = expr(text)
    assert not isinstance(literal, (ast.Name, ast.NullLiteral))
    assert getattr(literal, "value") == value  # noqa: B009 - one of many classes
    assert type(getattr(literal, "value")) is type(value)  # noqa: B009
    assert literal.span.text == text


def test_literals_of_different_kinds_differ() -> None:
    assert len({expr(text) for text in ["1", "1.0", "true", "null", '"1"']}) == 5
    assert expr("1_000") == expr("1000")


@pytest.mark.parametrize(
    ("spelling", "parts"),
    [
        ('""', ()),
        ('"a"', ("a",)),
        (r'"a\n\t\"\\\#{b}\u{1F600}"', ('a\n\t"\\#{b}\U0001f600',)),
        (r'r"\d#{a}"', (r"\d#{a}",)),
        ('"# no comment"', ("# no comment",)),
        ('"""\n  one\n    two\n\n  three\n  """', ("one\n  two\n\nthree",)),
        ('"""one\n  two"""', ("one\ntwo",)),
        ('"""\n"""', ()),
        ('"""say "hi" """', ('say "hi" ',)),
        ('"""\n  curl \\\n    x\n  """', ("curl     x",)),
        ('r"""\n  \\d\n  """', ("\\d",)),
        ('"""\n    a\n      \n    b\n  """', ("a\n\nb",)),
        ('"""\r\n  a\r\n  b\r\n"""', ("a\nb",)),
    ],
)
def test_strings_without_holes(spelling: str, parts: tuple[str, ...]) -> None:
    text = expr(spelling)
    assert isinstance(text, ast.Text)
    assert text.parts == parts
    assert text.plain == "".join(parts)
    assert text.spelling == spelling


def test_holes() -> None:
    text = expr('"a #{b.c ?? "d"}#{join(", ")} e"')
    assert isinstance(text, ast.Text)
    assert text.parts == ("a ", expr('b.c ?? "d"'), expr('join(", ")'), " e")
    assert text.plain is None
    assert [part.span.text for part in text.parts if not isinstance(part, str)] == ['b.c ?? "d"', 'join(", ")']


def test_holes_of_several_lines_do_not_count_for_the_indent() -> None:
    text = expr('"""\n    a #{f(\n  b)}\n    c\n  """')
    assert isinstance(text, ast.Text)
    assert text.parts == ("a ", expr("f(b)"), "\nc")


def test_maps_lists_comprehensions() -> None:
    assert expr('{ a: 1, "b c": [2,], }') == expr('{\n  a: 1\n  "b c": [2]\n}')
    comprehension = expr("[a.b for a in xs if a != null]")
    assert isinstance(comprehension, ast.Comprehension)
    assert comprehension.condition == expr("a != null")
