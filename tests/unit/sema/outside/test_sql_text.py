"""Cutting SQL with holes into statements: quotes, comments and bodies of four dialects."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowc.sema.outside.sql import Dialect, Hole, Place, analyse, split_statements
from flowc.sema.outside.sql.text import Part, SqlText

DIALECTS: tuple[Dialect, ...] = ("sqlite", "duckdb", "postgres", "snowflake")


def parts_of(sql: str) -> tuple[Part, ...]:
    """`§` is a hole."""
    parts: list[Part] = []
    for index, text in enumerate(sql.split("§")):
        parts += [Hole(), text] if index else [text]
    return tuple(parts)


def shown(sql: str, dialect: Dialect) -> list[str]:
    pieces = split_statements(parts_of(sql), dialect)
    return ["".join(part if isinstance(part, str) else "§" for part in piece).strip() for piece in pieces]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("sql", "statements"),
    [
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;", ["SELECT 1"]),
        (
            "DELETE FROM a WHERE x = §;\nINSERT INTO a VALUES (§);\n",
            ["DELETE FROM a WHERE x = §", "INSERT INTO a VALUES (§)"],
        ),
        ("SELECT ';' ; SELECT \";\"", ["SELECT ';'", 'SELECT ";"']),
        ("SELECT 'it''s; §'; SELECT 2", ["SELECT 'it''s; §'", "SELECT 2"]),
        ("SELECT 1 -- a; b\n; SELECT 2", ["SELECT 1 -- a; b", "SELECT 2"]),
        ("SELECT 1 /* a; 'b */; SELECT 2", ["SELECT 1 /* a; 'b */", "SELECT 2"]),
        (";; -- nothing\n ; /* here */", []),
        ("", []),
        ("§;§", ["§", "§"]),
    ],
)
def test_statements_part_at_semicolons_outside_of_quotes(dialect: Dialect, sql: str, statements: list[str]) -> None:
    assert shown(sql, dialect) == statements


@pytest.mark.parametrize(
    ("dialect", "sql", "count"),
    [
        ("duckdb", "SELECT $$a;b$$; SELECT $x$ $$;$$ ; $x$", 2),
        ("postgres", "SELECT $f$ begin; end; $f$; SELECT 2", 2),
        ("sqlite", "SELECT [a;b], `c;d`; SELECT 2", 2),
        ("postgres", r"SELECT E'it\'s;'; SELECT 2", 2),
        ("postgres", r"SELECT 'back\'; SELECT 2", 2),
        ("snowflake", r"SELECT 'it\'s;'; SELECT 2", 2),
        ("postgres", "SELECT 1 /* a /* ; */ ; */; SELECT 2", 2),
        ("sqlite", "SELECT 1 /* a /* ; */; SELECT 2", 2),
        ("snowflake", "SELECT 1 // a; b\n; SELECT 2", 2),
        ("sqlite", "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; DELETE FROM c; END; SELECT 1", 2),
        ("sqlite", "CREATE TABLE \"end\" (x); SELECT CASE WHEN 1 THEN 2 END; SELECT 1", 3),
        ("postgres", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 1", 2),
    ],
)  # fmt: skip
def test_what_is_special_in_a_dialect(dialect: Dialect, sql: str, count: int) -> None:
    assert len(shown(sql, dialect)) == count


@given(
    st.lists(st.sampled_from(["SELECT 'a;''b'", "SELECT 1 -- ;\n", "SELECT [a;]", 'SELECT "x;" /* ; */']), max_size=5)
)
def test_sqlite_agrees_on_where_statements_end(statements: list[str]) -> None:
    text = ";".join(statements) + ";"
    expected: list[str] = []
    rest = text
    while rest.strip(" ;\n"):
        end = next(i for i in range(1, len(rest) + 1) if rest[i - 1] == ";" and sqlite3.complete_statement(rest[:i]))
        expected.append(rest[: end - 1].strip())
        rest = rest[end:]
    assert shown(text, "sqlite") == expected


@given(st.text(alphabet="ab §'\"`$;-/*[]\\\n(E", max_size=40), st.sampled_from(DIALECTS))
def test_no_character_is_lost_and_every_hole_has_a_context(sql: str, dialect: Dialect) -> None:
    text = SqlText(parts_of(sql), dialect)
    assert "".join(token.text for token in text.tokens) == text.flat
    assert sum("§" in piece or True for piece in shown(sql, dialect)) == len(text.statements)
    assert [hole.part for hole in analyse(parts_of(sql), dialect).holes] == list(range(1, 2 * sql.count("§") + 1, 2))


def test_places_are_parts_and_offsets() -> None:
    text = SqlText(("ab", Hole(), "", "cd"), "duckdb")
    assert [text.place(offset) for offset in range(6)] == [
        Place(0, 0),
        Place(0, 1),
        Place(1, 0),
        Place(3, 0),
        Place(3, 1),
        Place(3, 2),
    ]
