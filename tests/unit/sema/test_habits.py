"""What people bring along from other languages and tools is understood well enough to say what it is called here."""

from __future__ import annotations

import pytest

from tests.unit.sema.programs import Programs


def ways(programs: Programs, body: str) -> list[str]:
    """What is said of a flow with such a body, each with its help."""
    text = f'flow f(n: int = 1, s: str = "", xs: list[int] = [1]) {{\n{body}\n}}\nflow g {{ task a = sh "x" }}\n'
    return [" ".join([each.code.number, *each.helps]) for each in programs.compile(text).diagnostics]


@pytest.mark.parametrize(
    ("body", "way"),
    [
        ('task a = sh "x" depends_on b\n task b = sh "y"', "FLOW211 write `after other_task`"),
        ('cron "0 6 * * *"\n task a = sh "x"', 'FLOW211 write `schedule "0 6 * * *"`'),
        ('schedule "@daily"\n task a = sh "x"', "FLOW501 schedule daily"),
        ('schedule "*/7 * * * sun-sat/9"\n task a = sh "x"', "FLOW501"),
        ('task a = sh "x" when True', "FLOW201 write `true`"),
        ('task a = sh "#{ds}"', "FLOW201 write `run.date`"),
        ('for i in range(n) { task a = sh "x" }', "FLOW201 the numbers from 1 to n are `1..n`"),
        ('for i in n { task a = sh "x" }', "FLOW308 the numbers up to it are 1..n"),
        ('task a = sh "#{xs.length}"', "FLOW204 write `len(xs)`"),
        ('task a = sh "#{xs.len()}"', "FLOW201 write `len(xs)`"),
        ('task a = sh "#{s.toUpperCase()}"', "FLOW201 did you mean `upper`?"),
        ('task a = sh "#{s.startswith("a")}"', "FLOW201 did you mean `starts`?"),
        ("task a = g()", "FLOW215 `g` is a flow: `run g(...)`"),
        ('task a = sh "x" pool default', 'FLOW201 `default` is no name; as text it is `"default"`'),
        ('every hour\n task a = sh "x"', "FLOW201 write `every 1h`"),
        ('schedule daily, at: "06:00"\n task a = sh "x"', "FLOW301 without quotes: 06:00"),
        ('task a = sh "x"\n a >> bb', "FLOW201 there are a"),
        (
            'task a = sh "x" timeout 3s, retry: 3',
            "FLOW303 a clause of its own stands without comma and colon: `retry 3",
        ),
        ('task a = sh("x")', 'FLOW215 write `sh "..."`'),
        ('schedule daily, start: 2024-01-01, catchup: yes\n task a = sh "x"', "FLOW301 one of none, latest, all"),
        ('schedule daily, start: "2024-01-01", catchup: none\n task a = sh "x"', "FLOW301 without quotes: 2024-01-01"),
        ('match n {\n 1 => { task a = sh "x" }\n rest => skip\n}', "FLOW201 the arm that takes all others is `_ =>"),
        ('task a = sh "x\0y"', "FLOW112 leave it out"),
    ],
)
def test_the_way_out(programs: Programs, body: str, way: str) -> None:
    assert [said[: len(way)] for said in ways(programs, body)] == [way]


def test_a_connection_of_an_unknown_kind_is_told_once(programs: Programs) -> None:
    text = 'connection wh: mysql { url "x" }\nflow f { task a = sql @wh "SELECT 1" -> int }\n'
    assert programs.said(text) == ["FLOW215 mysql"]


def test_python_is_not_imported(programs: Programs) -> None:
    (found,) = programs.compile('import os\nflow f { task a = sh "x" }\n').diagnostics
    assert "python os:function(...)" in found.helps[0]


def test_what_a_template_was_not_given_is_told_once(programs: Programs) -> None:
    text = 'connection wh: sqlite { database "x" }\nimport std.quality as dq\nflow f { task a = dq.unique() }\n'
    assert {each.code.number for each in programs.compile(text).diagnostics} == {"FLOW302"}


def test_a_clause_in_a_profile_says_nothing(programs: Programs) -> None:
    text = 'profile dev { retry 3 }\nflow f { task a = sh "x" }\n'
    assert programs.said(text) == ["FLOW212 retry 3"]


RESULTS = """
connection wh: duckdb {{ database "x" }}
schema Rate {{ ccy: str, rate: float }}
flow f {{ task a = sql @wh "{}" -> {} }}
"""


@pytest.mark.parametrize(
    ("sql", "output", "said"),
    [
        ("SELECT 1, 2", "int", ["FLOW301 a"]),
        ("SELECT 1, 2", "list[int]", ["FLOW301 a"]),
        ("SELECT 1 AS ccy", "Rate", ["FLOW320 a"]),
        ("SELECT ccy FROM t", "list[Rate]", ["FLOW320 a"]),
        ("SELECT 1", "int", []),
        ("SELECT ccy, 1.5 AS rate FROM t", "list[Rate]", []),
        ("SELECT * FROM t", "Rate", []),
        ("SELECT 1, 2", "json", []),
        ("UPDATE t SET a = 1", "int", []),
    ],
)
def test_what_sql_gives_is_what_the_task_gives(programs: Programs, sql: str, output: str, said: list[str]) -> None:
    assert programs.said(RESULTS.format(sql, output)) == said
