"""Where holes stand in SQL, and whether a parameter can stand there: SQLite and DuckDB are asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import duckdb
import pytest

from flowc.ir.types import DATE, INT, PATH, STR, ListOf, Type
from flowc.sema.outside.sql import Dialect, Hole, HoleFacts, analyse
from flowc.sema.outside.sql.text import Part


def parts_of(sql: str, *holes: Hole) -> tuple[Part, ...]:
    parts: list[Part] = []
    given = iter(holes)
    for index, text in enumerate(sql.split("§")):
        parts += [next(given, Hole()), text] if index else [text]
    return tuple(parts)


def holes_of(sql: str, *holes: Hole, dialect: Dialect = "duckdb") -> tuple[HoleFacts, ...]:
    return analyse(parts_of(sql, *holes), dialect).holes


def of(kind: Type) -> Hole:
    return Hole(type=kind)


@pytest.mark.parametrize(
    ("sql", "context"),
    [
        ("SELECT * FROM t WHERE a = § AND b = 1", "value"),
        ("SELECT § AS x UNION ALL SELECT 2", "value"),
        ("SELECT DISTINCT § FROM t", "value"),
        ("SELECT a FROM t LIMIT §", "value"),
        ("SELECT date_trunc(§, d), j -> § FROM t", "value"),
        ("SELECT xs[1:§] FROM t", "value"),
        ("SELECT 1 + § * (§)", "value"),
        ("SELECT '§'", "string"),
        ("SELECT 'a''§''b'", "string"),
        ("SELECT $$ § $$", "string"),
        ("SELECT E'\\'§'", "string"),
        ('SELECT "§" FROM t', "quoted_name"),
        ("SELECT 1 -- §\n", "comment"),
        ("SELECT 1 /* § */", "comment"),
        ("SELECT * FROM raw_§", "part_of_name"),
        ("SELECT * FROM §_raw", "part_of_name"),
        ("SELECT E§", "part_of_name"),
        ("SELECT 'a'§", "part_of_name"),
        ("SELECT 1§", "part_of_name"),
        ("SELECT §§", "part_of_name"),
        ("SELECT $§", "part_of_name"),
        ("SELECT * FROM §", "name"),
        ("SELECT * FROM mart.§", "name"),
        ("SELECT * FROM a JOIN § USING (x)", "name"),
        ("INSERT INTO § VALUES (1)", "name"),
        ("INSERT INTO t (§) VALUES (1)", "name"),
        ("UPDATE § SET a = 1", "name"),
        ("DROP TABLE §", "name"),
        ("CREATE TABLE § AS SELECT 1", "name"),
        ("SELECT a AS § FROM t", "name"),
        ("SELECT t.§ FROM t", "name"),
        ("SELECT a::§ FROM t", "name"),
        ("SELECT a FROM t ORDER BY §", "name"),
        ("SELECT a FROM t GROUP BY §", "name"),
        ("SELECT a COLLATE § FROM t", "name"),
    ],
)
def test_the_context_of_a_hole(sql: str, context: str) -> None:
    assert {hole.context for hole in holes_of(sql)} == {context}


def test_an_ident_and_a_table_stand_where_names_and_relations_do() -> None:
    assert [hole.context for hole in holes_of("SELECT § FROM §.§", *[Hole("ident")] * 3)] == ["name", "name", "name"]
    assert holes_of("SELECT * FROM raw_§", Hole("ident"))[0].context == "part_of_name"
    assert (
        holes_of("MERGE INTO t USING (§) s ON t.a = s.a WHEN MATCHED THEN DELETE", Hole("table"))[0].context
        == "relation"
    )
    assert analyse(parts_of("SELECT * FROM § s", Hole("table")), "duckdb").errors == ()


def test_a_file_may_be_read_by_its_name_in_duckdb() -> None:
    assert holes_of("SELECT * FROM §", of(PATH)) == (HoleFacts(1, "value", is_bindable=False),)
    assert holes_of("SELECT * FROM §", of(STR))[0].context == "name"


def test_a_list_brings_its_own_brackets() -> None:
    assert not holes_of("SELECT 1 FROM t WHERE a IN §", of(ListOf(INT)))[0].is_doubled
    assert holes_of("SELECT 1 FROM t WHERE a IN ( § )", of(ListOf(INT)))[0].is_doubled
    assert not holes_of("SELECT 1 FROM t WHERE a IN (§)", of(INT))[0].is_doubled
    assert not holes_of("SELECT 1 FROM t WHERE a IN (§, §)", of(INT), of(INT))[0].is_doubled


@pytest.mark.parametrize(
    ("dialect", "sql", "word"),
    [
        ("duckdb", "SELECT * FROM t WHERE a = ?", "?"),
        ("duckdb", "SELECT $1", "$1"),
        ("sqlite", "SELECT :a", ":a"),
        ("sqlite", "SELECT @a", "@a"),
        ("sqlite", "SELECT ?1", "?"),
        ("postgres", "SELECT $1", "$1"),
        ("snowflake", "SELECT ?", "?"),
    ],
)
def test_parameters_of_the_users_own_are_refused(dialect: Dialect, sql: str, word: str) -> None:
    errors = analyse(parts_of(sql), dialect).errors
    assert f"`{word}` has no value here; write the value as `#{{..}}`" in [error.message for error in errors]


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("postgres", "SELECT j ? 'key' FROM t"),
        ("duckdb", "SELECT '?', $$ ? $$, a::int FROM t"),
        ("snowflake", "SELECT j:key::int FROM t"),
        ("sqlite", "SELECT '?' -- ?"),
    ],
)
def test_what_only_looks_like_a_parameter(dialect: Dialect, sql: str) -> None:
    assert analyse(parts_of(sql), dialect).errors == ()


# ------------------------------------------------------------------ can a parameter stand there

SETUP = "CREATE TABLE t (a int, b varchar); INSERT INTO t VALUES (1, 'x'); CREATE TABLE u (a int, b varchar);"
# Statements with holes, the values for them, and what only some dialects have.
STATEMENTS: list[tuple[str, list[object], str]] = [
    ("SELECT * FROM t WHERE a = § AND b = §", [1, "x"], "both"),
    ("SELECT * FROM t WHERE a IN (§, §)", [1, 2], "both"),
    ("SELECT * FROM t LIMIT § OFFSET §", [1, 0], "both"),
    ("SELECT CAST(§ AS varchar)", ["x"], "both"),
    ("SELECT a + § FROM t GROUP BY a + §", [1, 1], "both"),
    ("WITH c AS (SELECT § AS z) SELECT z FROM c", [1], "both"),
    ("INSERT INTO u VALUES (§, §)", [1, "x"], "both"),
    ("INSERT INTO u SELECT a, § FROM t", ["x"], "both"),
    ("UPDATE t SET b = § WHERE a = §", ["y", 1], "both"),
    ("DELETE FROM t WHERE b = §", ["zz"], "both"),
    ("CREATE TABLE v AS SELECT § AS x", [1], "both"),
    ("CREATE VIEW w AS SELECT * FROM t WHERE a = §", [1], "both"),
    ("CREATE TABLE d (a int DEFAULT §)", [1], "both"),
    ("SELECT sum(a) OVER (ORDER BY a ROWS § PRECEDING) FROM t", [1], "both"),
    ("SELECT count(*) FROM t HAVING count(*) > §", [0], "both"),
    ("VALUES (§)", [1], "both"),
    ("SELECT b LIKE § ESCAPE § FROM t", ["x%", "!"], "both"),
    ("SELECT DATE §", ["2024-01-01"], "duckdb"),
    ("SELECT INTERVAL § DAY", ["1"], "duckdb"),
    ("SELECT TIMESTAMP §", ["2024-01-01 00:00:00"], "duckdb"),
    ("COPY (SELECT * FROM t WHERE b = §) TO '/dev/null' (FORMAT csv)", ["x"], "duckdb"),
    ("COPY t TO § (FORMAT csv)", ["/dev/null"], "duckdb"),
    ("SELECT * FROM range(§)", [3], "duckdb"),
    ("SELECT COLUMNS(§) FROM t", ["a"], "duckdb"),
    ("CREATE MACRO m(x) AS x + §", [1], "duckdb"),
    ("SET threads = §", [1], "duckdb"),
    ("SELECT date_trunc(§, DATE '2024-01-01')", ["day"], "duckdb"),
    ("MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = §", ["x"], "duckdb"),
    ("INSERT INTO u VALUES (§, 'x') RETURNING a", [1], "both"),
    ("SELECT extract(§ FROM DATE '2024-01-01')", ["year"], "duckdb"),
    ("SELECT * FROM t USING SAMPLE §", [1], "duckdb"),
    ("ATTACH § AS other", [":memory:"], "both"),
    ("PRAGMA cache_size = §", [100], "sqlite"),
    ("CREATE INDEX i ON t (a) WHERE a > §", [1], "sqlite"),
]


def literal(value: object) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def run_sqlite(sql: str, values: list[object]) -> None:
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.executescript(SETUP)
        database.execute(sql, values)  # type: ignore[arg-type]
    finally:
        database.close()


def run_duckdb(sql: str, values: list[object]) -> None:
    with duckdb.connect() as database:
        database.execute(SETUP)
        database.execute(sql, values)


def engines() -> Iterator[tuple[Dialect, Callable[[str, list[object]], None], str, list[object]]]:
    for sql, values, where in STATEMENTS:
        if where in ("both", "sqlite"):
            yield "sqlite", run_sqlite, sql, values
        if where in ("both", "duckdb"):
            yield "duckdb", run_duckdb, sql, values


@pytest.mark.parametrize(("dialect", "run", "sql", "values"), list(engines()))
def test_where_it_says_bind_the_engine_binds_and_elsewhere_a_literal_works(
    dialect: Dialect, run: Callable[[str, list[object]], None], sql: str, values: list[object]
) -> None:
    facts = analyse(parts_of(sql), dialect)
    assert facts.errors == ()
    assert [hole.context for hole in facts.holes] == ["value"] * len(values)
    written, bound = "", list[object]()
    texts = sql.split("§")
    for text, hole, value in zip(texts, facts.holes, values, strict=False):
        written += text + ("?" if hole.is_bindable else literal(value))
        bound += [value] if hole.is_bindable else []
    run(written + texts[-1], bound)


def test_ordinary_statements_bind() -> None:
    for sql in ("SELECT 1 WHERE § = 1", "INSERT INTO t VALUES (§)", "UPDATE t SET a = §", "DELETE FROM t WHERE a = §"):
        assert holes_of(sql) == (HoleFacts(1, "value", is_bindable=True),)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "COPY t FROM § (HEADER)"),
        ("duckdb", "SELECT a + § FROM t GROUP BY a + §"),
        ("postgres", "COPY t FROM §"),
        ("postgres", "SET work_mem = §"),
        ("postgres", "COMMENT ON TABLE t IS §"),
        ("postgres", "CREATE VIEW v AS SELECT §"),
        ("postgres", "NOTIFY ch, §"),
        ("sqlite", "PRAGMA user_version = §"),
    ],
)
def test_what_cannot_bind_in_some_version(dialect: Dialect, sql: str) -> None:
    holes = holes_of(sql, of(DATE), of(DATE), dialect=dialect)
    assert {(hole.context, hole.is_bindable) for hole in holes} == {("value", False)}
