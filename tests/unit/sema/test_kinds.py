"""Operands of the kinds: what each takes, and what is told where it is given something else (vocabulary, section 2)."""

from __future__ import annotations

import pytest

from flowc.ir.actions import Http, WaitUntil
from tests.unit.sema.programs import Programs

AROUND = """
connection wh: sqlite { database "wh.db" }
connection lake: s3 { bucket "lake" }
connection api: http { url "https://example.org" }
connection cluster: spark { master "local" }
asset orders: table = @wh "orders"
flow child(n: int, s: str = "x") -> int {
  task c = sh "echo #{n} #{s}" -> int
  return c
}
flow fills { task fill = sh "true" writes orders }
"""


def flow(task: str) -> str:
    return AROUND + f'flow main {{\n  task n = sh "echo 1" -> int\n  task a = {task}\n}}\n'


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("sh file(1)", "FLOW301 file(1)"),
        ('sh file("none.sh")', 'FLOW824 "none.sh"'),
        ('sh run("x")', 'FLOW301 run("x")'),
        ('sh @wh "true"', "FLOW303 @wh"),
        ('shh "true"', "FLOW215 shh"),
        ('sql @lake "SELECT 1"', "FLOW804 @lake"),
        ('sql @nothing "SELECT 1"', "FLOW803 @nothing"),
        ("http get(1)", "FLOW301 1"),
        ('http fetch("x")', "FLOW215 fetch"),
        ('http "https://example.org"', 'FLOW215 "https://example.org"'),
        ("http get()", "FLOW302 get()"),
        ('http get("x", header: {})', "FLOW303 header"),
        ('http get("x", headers: {A: 1})', "FLOW301 1"),
        ('http get("x", params: [1])', "FLOW301 [1]"),
        ('http post("x", json: 1, body: 2)', "FLOW303 2"),
        ('http @wh get("x")', "FLOW804 @wh"),
        ('http get("x") -> int', "FLOW301 int"),
        ("wait file(1)", "FLOW301 1"),
        ("wait time(2026-01-01)", "FLOW301 time(2026-01-01)"),
        ("wait time()", "FLOW302 time()"),
        ('wait "x"', 'FLOW215 "x"'),
        ("wait until(1)", "FLOW215 until(1)"),
        ('wait file("x") -> int', "FLOW301 int"),
        ("wait time(1s) -> path", "FLOW301 path"),
        ("wait asset(1)", "FLOW301 asset(1)"),
        ('wait approval("x", by: "me")', 'FLOW301 "me"'),
        ('wait @wh file("x")', "FLOW303 @wh"),
        ("run nothing()", "FLOW201 nothing"),
        ('run "child"', 'FLOW301 "child"'),
        ("run child()", "FLOW302 child()"),
        ("run child", "FLOW302 child"),
        ('run child("x")', 'FLOW301 "x"'),
        ("run child(1, 2, 3)", "FLOW303 3"),
        ("run child(1, t: 2)", "FLOW303 t"),
        ("run child(1) -> str", "FLOW301 str"),
        ("run n()", "FLOW201 n"),
        ('notify slack("#a", "b")', 'FLOW611 notify slack("#a", "b")'),
        ('notify sms("a")', "FLOW215 sms"),
        ('notify email("a", "b") -> str', "FLOW301 str"),
        ("dbt compile()", "FLOW215 compile()"),
        ('dbt build(model: "x")', "FLOW303 model"),
        ("dbt build() -> int", "FLOW301 int"),
        ("sqlmesh run(environment: 1)", "FLOW301 1"),
        ('spark @wh submit("x.py")', "FLOW804 @wh"),
        ("container 1", "FLOW101 1"),
        ("nothing(1)", "FLOW215 nothing"),
    ],
)
def test_what_an_operand_cannot_be(programs: Programs, task: str, said: str) -> None:
    assert said in programs.said(flow(task))


@pytest.mark.parametrize(
    "task",
    [
        'sql "SELECT 1" -> int',
        'sql "SELECT 1" -> int reads orders',
        'http get("https://example.org/#{n}", params: {n: n, on: run.date, none: null})',
        'http @api post("x", json: {n: n}) -> bytes',
        'wait file("in/#{n}.csv") -> path',
        "wait time(06:00)",
        "run child(n) -> int",
        'run child(n: n, s: "y")',
        'container "python:3" -> str args [n, "x"]',
        'dbt test(select: "a", vars: {n: 1})',
        'spark submit("x.py", args: [1]) -> int',
        'dataform run(repository: "x", tags: ["a"])',
        "wait asset(orders)",
    ],
)
def test_what_an_operand_can_be(programs: Programs, task: str) -> None:
    assert programs.said(flow(task)) == []


@pytest.mark.parametrize(
    ("task", "server"),
    [
        ('http get("/things/#{n}") -> json', "api"),
        ('wait http("/health")', "api"),
        ('http get("https://example.org/things") -> json', None),
        ('http get("#{site}/things") -> json', None),
        ('wait http("https://example.org")', None),
    ],
)
def test_a_path_alone_is_asked_of_the_only_server(programs: Programs, task: str, server: str | None) -> None:
    text = flow(task) + 'let site = "https://example.org"\n'
    program = programs.compile(text).program
    assert program is not None
    action = next(node.action for graph in program.graphs for node in graph.nodes if node.name == "a")
    asked = action.look if isinstance(action, WaitUntil) else action
    assert isinstance(asked, Http) and asked.connection == server


def test_of_several_connections_one_must_be_named(programs: Programs) -> None:
    text = AROUND + 'connection other: duckdb { database "x" }\nflow f { task a = sql "SELECT 1" -> int }\n'
    assert [each[:7] for each in programs.said(text)] == ["FLOW803"]


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        ("c: sqlite { }", "FLOW302 c"),
        ('c: sqlite { database "x" database "y" }', 'FLOW214 database "y"'),
        ("c: sqlite { database 1 }", "FLOW301 1"),
        ('c: sqlite { databse "x" }', "FLOW211 databse"),
        ('c: sqlite { database "x", "y" }', 'FLOW302 database "x", "y"'),
        ('c: mysql { host "x" }', "FLOW215 mysql"),
        ('c: postgres { port "x" }', 'FLOW301 "x"'),
        ('c: http { user "x" }', "FLOW302 c"),
        ('c: http { url "x" headers 1 }', "FLOW301 1"),
        ('c: smtp { host "x" }', "FLOW302 c"),
        ('c: s3 { region "x" }', "FLOW302 c"),
        ("c: slack { }", "FLOW302 c"),
        ("c: spark { }", "FLOW302 c"),
        ("c: sqlite { database run.id }", "FLOW316 run.id"),
    ],
)
def test_settings_that_a_connection_has_not(programs: Programs, connection: str, said: str) -> None:
    text = f"connection {connection}\n" + 'flow f { task a = sh "true" }\n'
    assert said in programs.said(text)


@pytest.mark.parametrize(
    "connection",
    [
        'c: postgres { url "postgres://db" }',
        'c: postgres { host "db" port 5432 user "u" password secret("P") database "d" }',
        'c: http { url env("URL", "https://example.org") headers {A: "x"} user "u" password secret("P") }',
        'c: s3 { bucket "b" region "r" endpoint "e" role "o" access_key "a" secret_key secret("S") }',
        'c: smtp { host "h" port 587 user "u" password secret("P") sender "s" tls true }',
        'c: pagerduty { key secret("K") url "https://example.org" }',
        'c: snowflake { account "a" user "u" password secret("P") warehouse "w" database "d" schema "s" role "r" }',
        'c: spark { master "local" conf {a: 1} }',
        'c: duckdb { database "a.duckdb" }',
        'c: slack { url secret("U") }',
    ],
)
def test_settings_that_a_connection_has(programs: Programs, connection: str) -> None:
    assert programs.said(f"connection {connection}\n" + 'flow f { task a = sh "true" }\n') == []
