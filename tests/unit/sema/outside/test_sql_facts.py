"""What SQL reads and writes, what comes back, and what is wrong with it."""

from __future__ import annotations

import sqlite3

import duckdb
import pytest

from flowc.ir.types import (
    BOOL,
    DATE,
    DATETIME,
    FLOAT,
    INT,
    JSON,
    PATH,
    STR,
    Decimal,
    Field,
    ListOf,
    Optional,
    Record,
    Type,
)
from flowc.sema.outside.sql import Dialect, Hole, Place, SqlFacts, analyse, same_table, write_mode
from flowc.sema.outside.sql.text import Part

ORDERS = Record((Field("id", INT), Field("amount", FLOAT), Field("day", DATE), Field("note", Optional(STR))), "Order")
RATES = Record((Field("ccy", STR), Field("day", DATE), Field("rate", Decimal(18, 8))), "Rates")
SWAPPED: list[tuple[str, Type, Type]] = [("rate", Decimal(18, 8), DATE), ("ccy", STR, INT)]
SCHEMAS = {"raw.orders": ORDERS, "fx.rates": RATES}


def facts(sql: str, *holes: Hole, dialect: Dialect = "duckdb") -> SqlFacts:
    parts: list[Part] = []
    given = iter(holes)
    for index, text in enumerate(sql.split("§")):
        parts += [next(given, Hole()), text] if index else [text]
    return analyse(parts, dialect, SCHEMAS)


def reads(sql: str, *holes: Hole, dialect: Dialect = "duckdb") -> list[str]:
    return [table.name for table in facts(sql, *holes, dialect=dialect).reads]


def writes(sql: str, dialect: Dialect = "duckdb") -> list[tuple[str, str]]:
    return [(table.name, table.how) for table in facts(sql, dialect=dialect).writes]


NO_MERGE = "SQLite does not expect `MERGE` here"

# ------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("dialect", "sql", "offset", "message"),
    [
        ("duckdb", "SELEC 1", 0, "`SELEC` begins no statement; did you mean `SELECT`?"),
        ("duckdb", "  lorem ipsum", 2, "`lorem` begins no statement"),
        ("duckdb", "SELECT a FROM t WHERE", 16, "something is missing after `WHERE`"),
        ("duckdb", "SELECT (a FROM t", 10, "a `)` is missing before `FROM`"),
        ("duckdb", "SELECT a FROM t WHERE a = 'x", 26, "this quote is not closed"),
        ("duckdb", "SELECT 1 /* x", 9, "this comment is not closed"),
        ("sqlite", "SELECT a FROM t WHERE a ILIKE 'x'", 24, "SQLite does not expect `ILIKE` here"),
        (
            "sqlite",
            "MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE",
            0,
            NO_MERGE,
        ),
        ("sqlite", "SELECT (", 7, "something is missing after `(`"),
    ],
)
def test_mistakes_and_their_places(dialect: Dialect, sql: str, offset: int, message: str) -> None:
    error = facts(sql, dialect=dialect).errors[0]
    assert (error.message, error.place) == (message, Place(0, offset))


def test_the_place_of_a_mistake_after_holes_and_in_a_later_statement() -> None:
    found = facts("DELETE FROM t WHERE a = §;\nSELECT § FROM t WHERE x = §\nAND\n")
    assert [(error.place, error.message) for error in found.errors] == [
        (Place(6, 1), "something is missing after `AND`")
    ]
    assert [write.name for write in found.writes] == ["t"]
    assert not found.is_complete


def test_a_hole_is_shown_as_a_hole() -> None:
    assert facts("SELECT a b § FROM t").errors[0].message == "`#{..}` is not expected here"


def test_several_statements_bring_several_mistakes() -> None:
    assert len(facts("SELECT FROM WHERE; SELECT 1; SELEC 2").errors) == 2


VALID: list[tuple[Dialect, str]] = [
    *[
        ("duckdb", sql)
        for sql in (
            "FROM t",
            "FROM t SELECT a WHERE a > 1",
            "SELECT * EXCLUDE (a) FROM t",
            "SELECT * REPLACE (a + 1 AS a) FROM t",
            "SELECT COLUMNS('a.*') FROM t",
            "SELECT a: 1",
            "SELECT [1, 2][1], {'a': 1}.a, MAP {'k': 1}",
            "SELECT list_transform([1], x -> x + 1)",
            "SELECT * FROM read_csv('x.csv', header = true)",
            "SELECT * FROM 'x.parquet'",
            "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1",
            "SELECT a, sum(b) FROM t GROUP BY ALL ORDER BY ALL",
            "SELECT * FROM t ASOF JOIN u ON t.a >= u.a",
            "SELECT * FROM t POSITIONAL JOIN u",
            "SELECT unnest([1, 2])",
            "PIVOT t ON a USING sum(b)",
            "UNPIVOT t ON a, b INTO NAME n VALUE v",
            "INSERT INTO t BY NAME SELECT 1 AS a",
            "INSERT OR REPLACE INTO t VALUES (1, 'x')",
            "INSERT INTO t VALUES (1, 'x') ON CONFLICT DO NOTHING",
            "CREATE OR REPLACE TEMP TABLE x AS FROM t",
            "CREATE MACRO add(a, b) AS a + b",
            "CREATE SEQUENCE s START 1",
            "CREATE TYPE mood AS ENUM ('a', 'b')",
            "COPY t FROM 'x.csv' (HEADER, DELIMITER ';')",
            "COPY (SELECT 1) TO 'x.parquet' (FORMAT parquet)",
            "EXPORT DATABASE 'x'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "ATTACH 'x.db' AS x (READ_ONLY)",
            "USE x",
            "PRAGMA table_info('t')",
            "CALL pragma_version()",
            "SUMMARIZE t",
            "DESCRIBE t",
            "EXPLAIN ANALYZE SELECT 1",
            "SET threads = 1",
            "CHECKPOINT",
            "VACUUM",
            "SELECT DATE '2024-01-01' + INTERVAL 1 DAY, TIMESTAMP '2024-01-01 00:00:00'",
            "SELECT a FROM t TABLESAMPLE 10%",
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r",
            "SELECT struct_pack(a := 1)",
            "SELECT 'a' SIMILAR TO 'b', 'a' ~ 'b', 1 // 2, 2 ** 3, @ -1",
            "SELECT count(*) FILTER (WHERE a > 1) FROM t",
            "UPDATE t SET a = 1 FROM u WHERE t.a = u.a RETURNING t.a",
            "DELETE FROM t USING u WHERE t.a = u.a",
            "TRUNCATE t",
            "COMMENT ON TABLE t IS 'x'",
            "ALTER TABLE t ADD COLUMN c int",
            "DROP TABLE IF EXISTS t CASCADE",
            "SELECT * FROM t WHERE (a, b) IN (SELECT a, b FROM u)",
            "SELECT #1 FROM t",
        )
    ],
    *[
        ("sqlite", sql)
        for sql in (
            "SELECT rowid, * FROM t",
            "INSERT OR IGNORE INTO t VALUES (1, 2)",
            "REPLACE INTO t VALUES (1, 2)",
            "INSERT INTO t VALUES (1, 2) ON CONFLICT (a) DO UPDATE SET b = excluded.b",
            "CREATE TABLE x (a INTEGER PRIMARY KEY AUTOINCREMENT) STRICT",
            "CREATE TABLE x (a) WITHOUT ROWID",
            "CREATE VIRTUAL TABLE f USING fts5(a)",
            "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u; END",
            "SELECT a ->> '$.b', json_extract(a, '$.c') FROM t",
            "SELECT a GLOB 'x*', a REGEXP 'x', a IS NOT DISTINCT FROM b FROM t",
            "WITH c(n) AS (VALUES (1), (2)) SELECT n FROM c",
            "SELECT * FROM t INDEXED BY i",
            "UPDATE t SET (a, b) = (1, 2)",
            "PRAGMA journal_mode = wal",
            "ATTACH 'x.db' AS x",
            "VACUUM",
            "ANALYZE",
            "DELETE FROM t RETURNING *",
            "SELECT * FROM generate_series(1, 3)",
        )
    ],
    *[
        ("postgres", sql)
        for sql in (
            "SELECT DISTINCT ON (a) a, b FROM t ORDER BY a",
            "SELECT a::int, b->>'x', c #> '{a}', d @> '{}' FROM t",
            "SELECT * FROM t FOR UPDATE SKIP LOCKED",
            "SELECT generate_series(1, 3)",
            "SELECT * FROM generate_series(1, 3) AS g (n)",
            "SELECT * FROM t, LATERAL (SELECT 1) x",
            "INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT k DO UPDATE SET a = EXCLUDED.a RETURNING a",
            "CREATE MATERIALIZED VIEW v AS SELECT 1",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql",
            "DO $$ BEGIN PERFORM 1; END $$",
            "CREATE INDEX CONCURRENTLY i ON t (a)",
            "CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2)",
            "COPY t FROM STDIN WITH (FORMAT csv)",
            "SET LOCAL work_mem = '1MB'",
            "LISTEN x",
            "SELECT array_agg(a ORDER BY b) FILTER (WHERE a > 1) FROM t",
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t",
            "SELECT a AT TIME ZONE 'UTC' FROM t",
            "WITH d AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM d",
            "CALL p(1)",
            "LOCK TABLE t IN EXCLUSIVE MODE",
            "VACUUM (ANALYZE) t",
            "GRANT SELECT ON t TO u",
            "SELECT U&'d\\0061t', E'\\n', $x$ it's $x$",
        )
    ],
    *[
        ("snowflake", sql)
        for sql in (
            "COPY INTO raw.orders FROM @stage/path FILE_FORMAT = (TYPE = csv)",
            "SELECT j:a.b::int, $1 FROM t, LATERAL FLATTEN(input => j) f",
            "MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED THEN INSERT (a) VALUES (s.a)",
            "CREATE OR REPLACE TRANSIENT TABLE x CLONE t",
            "SELECT * FROM t AT (OFFSET => -60)",
            "PUT file:///x @stage",
            "USE WAREHOUSE w",
            "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1",
        )
    ],
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql"), VALID)
def test_what_an_engine_takes_is_no_mistake(dialect: Dialect, sql: str) -> None:
    assert facts(sql, dialect=dialect).errors == ()


def test_duckdb_does_take_what_is_listed_as_its_own() -> None:
    with duckdb.connect() as database:
        for dialect, sql in VALID:
            if dialect == "duckdb":
                assert len(database.extract_statements(sql)) == 1, sql


def sqlite_says(database: sqlite3.Connection, sql: str) -> str:
    try:
        database.execute(f"EXPLAIN {sql}" if not sql.startswith(("PRAGMA", "ATTACH", "VACUUM")) else "SELECT 1")
    except sqlite3.Error as error:
        return str(error)
    return ""


def test_sqlite_does_take_what_is_listed_as_its_own() -> None:
    database = sqlite3.connect(":memory:", isolation_level=None)
    for dialect, sql in VALID:
        if dialect == "sqlite":
            assert "syntax error" not in sqlite_says(database, sql), sql
    database.close()


# ------------------------------------------------------------------ reads and writes


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM a JOIN s.b ON a.x = b.x, c", ["a", "s.b", "c"]),
        ("SELECT * FROM a WHERE x IN (SELECT x FROM b)", ["a", "b"]),
        ("WITH c AS (SELECT * FROM a) SELECT * FROM c JOIN b USING (x)", ["a", "b"]),
        ("WITH a AS (SELECT 1) SELECT * FROM s.a", ["s.a"]),
        ("INSERT INTO t SELECT * FROM a", ["a"]),
        ("UPDATE t SET x = 1 FROM a WHERE t.y = a.y", ["a"]),
        ("DELETE FROM t USING a WHERE t.y = a.y", ["a"]),
        ("MERGE INTO t USING a ON t.x = a.x WHEN MATCHED THEN DELETE", ["a"]),
        ("CREATE VIEW v AS SELECT * FROM a", ["a"]),
        ("CREATE TEMP TABLE x AS SELECT * FROM a; SELECT * FROM x", ["a"]),
        ("SELECT * FROM 'data/x.csv', read_csv('y.csv'), range(3)", []),
        ('SELECT * FROM "Weird Name"."T"', ["Weird Name.T"]),
        ("SELECT 1", []),
        ("COPY a TO 'x.csv'", ["a"]),
    ],
)
def test_tables_that_are_read(sql: str, expected: list[str]) -> None:
    assert reads(sql) == expected


def test_names_of_holes() -> None:
    assert reads("SELECT * FROM §, §, §", Hole("ident", text="mart.sales"), Hole("ident"), Hole("table")) == [
        "mart.sales"
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("INSERT INTO mart.t SELECT 1", [("mart.t", "insert")]),
        ("INSERT OR REPLACE INTO t VALUES (1)", [("t", "upsert")]),
        ("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1", [("t", "upsert")]),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", [("t", "insert")]),
        ("MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", [("t", "merge")]),
        ("UPDATE t SET a = 1", [("t", "update")]),
        ("DELETE FROM t", [("t", "delete")]),
        ("TRUNCATE TABLE t", [("t", "truncate")]),
        ("CREATE TABLE t (a int)", [("t", "create")]),
        ("CREATE OR REPLACE TABLE t AS SELECT 1", [("t", "replace")]),
        ("DROP TABLE t", [("t", "drop")]),
        ("ALTER TABLE t ADD COLUMN c int", [("t", "alter")]),
        ("COPY t FROM 'x.csv'", [("t", "copy")]),
        ("COPY t TO 'x.csv'", []),
        ("CREATE TEMP TABLE x AS SELECT 1; INSERT INTO x SELECT 2", []),
        ("SELECT 1", []),
        ("DELETE FROM t WHERE a = §; INSERT INTO t SELECT 1", [("t", "delete"), ("t", "insert")]),
    ],
)
def test_tables_that_are_written(sql: str, expected: list[tuple[str, str]]) -> None:
    assert writes(sql) == expected


@pytest.mark.parametrize(
    ("sql", "mode"),
    [
        ("INSERT INTO t SELECT 1", "append"),
        ("COPY t FROM 'x.csv'", "append"),
        ("DELETE FROM t WHERE a = 1; COPY t FROM 'x.csv'", "overwrite"),
        ("TRUNCATE TABLE t; INSERT INTO t SELECT 1", "overwrite"),
        ("CREATE OR REPLACE TABLE t AS SELECT 1", "overwrite"),
        ("DROP TABLE IF EXISTS t; CREATE TABLE t AS SELECT 1", None),
        ("MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", "merge"),
        ("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1", "merge"),
        ("UPDATE t SET a = 1", None),
        ("DELETE FROM t", None),
    ],
)
def test_what_writes_come_to(sql: str, mode: str | None) -> None:
    assert write_mode(facts(sql).writes) == mode


def test_places_of_tables() -> None:
    found = facts("DELETE FROM mart.t WHERE a = §;\n INSERT INTO mart.t\n SELECT * FROM raw.x")
    assert [write.place for write in found.writes] == [Place(0, 12), Place(2, 15)]
    assert [read.place for read in found.reads] == [Place(2, 37)]


def test_which_names_mean_one_table() -> None:
    assert same_table("Mart.Sales", "mart.sales", "duckdb")
    assert same_table("main.sales", "sales", "sqlite")
    assert same_table("public.sales", "sales", "postgres")
    assert not same_table("main.sales", "sales", "postgres")
    assert not same_table("mart.sales", "sales", "duckdb")


# ------------------------------------------------------------------ columns

BAD_MERGE = """
    MERGE INTO fx.rates t USING raw.orders s ON t.day = s.day
    WHEN MATCHED THEN UPDATE SET rat = s.amont WHEN NOT MATCHED THEN INSERT (ccyy) VALUES (s.id)
"""


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT id, note FROM raw.orders", {"id": INT, "note": Optional(STR)}),
        ("SELECT * FROM raw.orders", {"id": INT, "amount": FLOAT, "day": DATE, "note": Optional(STR)}),
        ("SELECT o.* FROM raw.orders o, fx.rates r", {"id": INT, "amount": FLOAT, "day": DATE, "note": Optional(STR)}),
        ("SELECT max(day) AS d, count(*) AS n FROM raw.orders", {"d": DATE, "n": INT}),
        ("SELECT sum(amount) AS s, avg(id) AS a FROM raw.orders", {"s": FLOAT, "a": FLOAT}),
        ("SELECT id * 2 AS x, id / 2 AS y, amount + 1 AS z FROM raw.orders", {"x": INT, "y": FLOAT, "z": FLOAT}),
        ("SELECT 1 AS a, 'x' AS b, true AS c", {"a": INT, "b": STR, "c": BOOL}),
        ("SELECT 1.5 AS d, NULL AS e", {"d": None, "e": None}),
        ("SELECT CAST(x AS decimal(10, 2)) AS p, y::date AS q FROM t", {"p": Decimal(10, 2), "q": DATE}),
        ("SELECT now() AS t, current_date AS d", {"t": DATETIME, "d": DATE}),
        ("SELECT id > 1 AS b, note IS NULL AS n FROM raw.orders", {"b": BOOL, "n": BOOL}),
        ("SELECT coalesce(note, 'x') AS c FROM raw.orders", {"c": STR}),
        ("SELECT CASE WHEN id = 1 THEN 1 ELSE 2 END AS k FROM raw.orders", {"k": INT}),
        ("SELECT (SELECT max(id) FROM raw.orders) AS m", {"m": Optional(INT)}),
        ("SELECT row_number() OVER (ORDER BY id) AS r FROM raw.orders", {"r": INT}),
        ("WITH c AS (SELECT id AS x FROM raw.orders) SELECT x FROM c", {"x": INT}),
        ("WITH c (y) AS (SELECT id FROM raw.orders) SELECT y FROM c", {"y": INT}),
        ("SELECT x FROM (SELECT day AS x FROM raw.orders) q", {"x": DATE}),
        ("SELECT id FROM raw.orders UNION ALL SELECT 2", {"id": INT}),
        ("SELECT count(*) FROM raw.orders", {"": INT}),
        ("DELETE FROM raw.orders WHERE id = 1 RETURNING id, day", {"id": INT, "day": DATE}),
        ("INSERT INTO raw.orders SELECT * FROM x; SELECT day FROM raw.orders", {"day": DATE}),
        ("SELECT array_agg(id) AS xs FROM raw.orders", {"xs": ListOf(INT)}),
    ],
)  # fmt: skip
def test_columns_that_come_back(sql: str, expected: dict[str, Type | None]) -> None:
    found = facts(sql)
    assert found.has_rows
    assert found.columns is not None
    assert {column.name: column.type for column in found.columns} == expected


@pytest.mark.parametrize(
    ("sql", "has_rows"),
    [
        ("INSERT INTO t SELECT 1", False),
        ("CREATE TABLE t AS SELECT 1", False),
        ("COPY t FROM 'x.csv'", False),
        ("SET threads = 1", False),
        ("SELECT * FROM t", True),
        ("SELECT * FROM t JOIN u USING (a)", True),
        ("VALUES (1)", True),
        ("SUMMARIZE t", None),
        ("CALL p()", None),
        ("SELECT 1; DROP TABLE t", False),
    ],
)
def test_whether_rows_come_back(sql: str, has_rows: bool | None) -> None:
    found = facts(sql)
    assert (found.has_rows, found.columns) == (has_rows, None)


def test_holes_have_their_types_in_results() -> None:
    found = facts(
        "SELECT § AS d, § AS x, s.rate FROM (§) s", Hole(type=DATE), Hole(), Hole("table", type=ListOf(RATES))
    )
    assert found.columns is not None
    assert [column.type for column in found.columns] == [DATE, None, Decimal(18, 8)]


def test_sqlite_has_fewer_types() -> None:
    found = facts("SELECT id > 1 AS b, CAST(x AS date) AS d, day FROM raw.orders", dialect="sqlite")
    assert found.columns is not None
    assert [column.type for column in found.columns] == [INT, None, DATE]


@pytest.mark.parametrize(
    ("sql", "unknown"),
    [
        ("SELECT idd FROM raw.orders", ["idd"]),
        ("SELECT o.idd FROM raw.orders o WHERE o.dayy = 1", ["idd", "dayy"]),
        ("SELECT idd FROM raw.orders JOIN other USING (x)", []),
        ("SELECT idd FROM raw.orders o JOIN fx.rates r ON o.day = r.day", ["idd"]),
        ("SELECT x FROM (SELECT id FROM raw.orders) q", ["x"]),
        ("WITH c AS (SELECT id FROM raw.orders) SELECT c.x FROM c", ["x"]),
        ("SELECT id AS z FROM raw.orders WHERE z > 1 ORDER BY z", []),
        ("SELECT 1 FROM raw.orders o WHERE EXISTS (SELECT 1 FROM fx.rates r WHERE r.day = o.day AND amount > 1)", []),
        ("SELECT 1 FROM raw.orders o WHERE EXISTS (SELECT 1 FROM fx.rates r WHERE nope = 1)", ["nope"]),
        ("SELECT ID, Day FROM RAW.Orders", []),
        ("SELECT note.field, o.note.field FROM raw.orders o", []),
        ("SELECT rowid FROM raw.orders", []),
        ("INSERT INTO raw.orders (id, amont) VALUES (1, 2)", ["amont"]),
        ("UPDATE raw.orders SET amont = 1 WHERE idd = 2", ["amont", "idd"]),
        ("UPDATE raw.orders SET amount = x.y FROM other x WHERE idd = 1", []),
        ("DELETE FROM raw.orders WHERE dy = 1", ["dy"]),
        (
            BAD_MERGE,
            ["rat", "amont", "ccyy"],
        ),
        ("SELECT list_transform([1], x -> x + 1) FROM raw.orders", []),
        ("SELECT id FROM raw.orders GROUP BY dayy", ["dayy"]),
        ("CREATE TABLE t AS SELECT idd FROM raw.orders", ["idd"]),
        ("INSERT INTO t SELECT idd FROM raw.orders", ["idd"]),
    ],
)
def test_unknown_columns_and_their_places(sql: str, unknown: list[str]) -> None:
    found = facts(sql)
    assert found.errors == ()
    assert [column.name for column in found.unknown_columns] == unknown
    assert [sql[column.place.offset :][: len(column.name)] for column in found.unknown_columns] == unknown


def test_an_unknown_column_tells_what_there_is() -> None:
    (column,) = facts("SELECT r.rat FROM fx.rates r").unknown_columns
    assert (column.tables, column.columns) == (("r",), ("ccy", "day", "rate"))


@pytest.mark.parametrize(
    ("sql", "holes", "expected"),
    [
        ("INSERT INTO fx.rates SELECT id, day, amount FROM raw.orders", [], [("ccy", STR, INT)]),
        ("INSERT INTO fx.rates (rate, ccy) SELECT day, id FROM raw.orders", [], SWAPPED),
        ("INSERT INTO raw.orders (id) SELECT note FROM raw.orders", [], [("id", INT, Optional(STR))]),
        ("INSERT INTO fx.rates VALUES ('EUR', '2024-01-01', 1)", [], []),
        ("INSERT INTO fx.rates VALUES (§, §, 1)", [Hole(type=DATE), Hole(type=STR)], [("ccy", STR, DATE)]),
        ("INSERT INTO raw.orders (day) VALUES (now())", [], []),
        ("INSERT INTO raw.orders (note) VALUES (§)", [Hole(type=PATH)], []),
        ("INSERT INTO raw.orders (note) VALUES (§)", [Hole(type=JSON)], []),
        ("INSERT INTO unknown SELECT id FROM raw.orders", [], []),
    ],
)  # fmt: skip
def test_values_of_another_type_than_the_column(
    sql: str, holes: list[Hole], expected: list[tuple[str, Type, Type]]
) -> None:
    found = facts(sql, *holes).conflicts
    assert [(conflict.column, conflict.expected, conflict.found) for conflict in found] == expected


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT * FROM x", ["x"]),
        ("SELECT a.* FROM x a JOIN raw.orders b ON true", ["x"]),
        ("SELECT * FROM raw.orders", []),
        ("INSERT INTO t SELECT * FROM x JOIN y USING (a)", ["x", "y"]),
        ("CREATE TABLE t AS SELECT * FROM x", ["x"]),
        ("SELECT count(*) FROM x", []),
        ("SELECT a FROM (SELECT * FROM x) q", []),
    ],
)
def test_stars_of_tables_without_a_schema(sql: str, tables: list[str]) -> None:
    assert [star.table for star in facts(sql).stars] == tables
