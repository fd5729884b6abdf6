"""Test blocks: what they set is there, and takes what it is set to (vocabulary, section 8)."""

from __future__ import annotations

import pytest

from tests.unit.sema.programs import Programs

FLOW = """
flow f(n: int = 1) {
  task a = sh "echo 1" -> int
  task b = sh "echo '{}'" -> (x: int, y: str)
  group g {
    task c = sh "true"
  }
  for i in [1, 2] {
    task d = sh "echo #{i}" -> int
  }
  let total = a + n
  task w = sh "echo 1" -> int when n > 0
  finally {
    task tell = sh "echo x" -> str
  }
  task e = sh "echo #{a} #{b.x} #{b.y} #{d}" after g
}
"""


@pytest.mark.parametrize(
    "line",
    [
        "set n = 3",
        "set run.date = 2026-01-01",
        "set run.at = 2026-01-01T06:00Z",
        "set a = 3",
        "set a = failed",
        "set b.x = 3",
        "set g = skipped",
        "set g.c = succeeded",
        "set d = [1, 2]",
        "let base = 3\n  set a = 4",
        "expect ran(a)",
        "expect a == 3 and skipped(g)",
        "expect failed(run) or attempts(d) == 3 or not blocked(g.c)",
        'let base = a + n\n  expect base > 3 and d == [1, 2] and b.y == "x"',
        "expect w == 3 and w != null and total == 4",
        'expect tell == "x"',
    ],
)
def test_what_a_test_can_say(programs: Programs, line: str) -> None:
    assert programs.said(FLOW + f'test "x" for f {{\n  {line}\n  expect ran(run)\n}}\n') == []


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ('test "x" for f { set nn = 3 }', "FLOW805 nn"),
        ('test "x" for f { set n = 3\n set n = 4 }', "FLOW202 n"),
        ('test "x" for f { set run.partition = 2024-01-01 }', "FLOW805 run.partition"),
        ('test "x" for f { set run.event = {} }', "FLOW805 run.event"),
        ('test "x" for f { set d = ["x"] }', 'FLOW301 "x"'),
        ('test "x" for f { set d = [[1], [2]] }', "FLOW301 [1]"),
        ('test "x" for f { set n = null }', "FLOW301 null"),
        ('test "x" for f { let q = 1\n let q = 2 }', "FLOW202 q"),
        ('test "x" for f { set n = "y" }', 'FLOW301 "y"'),
        ('test "x" for f { set run.date = 06:00 }', "FLOW301 06:00"),
        ('test "x" for f { set run.id = "a" }', "FLOW805 run.id"),
        ('test "x" for f { set a = "y" }', 'FLOW301 "y"'),
        ('test "x" for f { set b.z = 1 }', "FLOW204 z"),
        ('test "x" for f { set g = 1 }', "FLOW301 1"),
        ('test "x" for f { set g.c = 1 }', "FLOW204 1"),
        ('test "x" for f { expect }', "FLOW302 expect"),
        ('test "x" for f { expect a, b }', "FLOW302 expect a, b"),
        ('test "x" for f { expect rann(a) }', "FLOW201 rann"),
        ('test "x" for f { expect ran(aa) }', "FLOW201 aa"),
        ('test "x" for f { expect skipped(g.d) }', "FLOW201 g.d"),
        ('test "x" for f { expect ran() }', "FLOW302 ran()"),
        ('test "x" for f { expect a }', "FLOW305 a"),
        ('test "x" for f { expect attempts(a) }', "FLOW305 attempts(a)"),
        ('test "x" for f { expect aa == 3 }', "FLOW201 aa"),
        ('test "x" for f { expect a == "x" }', 'FLOW318 a == "x"'),
        ('test "x" for f { task z = sh "true" }', 'FLOW212 task z = sh "true"'),
        ('test "x" for ff { expect ran(a) }', "FLOW201 ff"),
        ('flow other { task z = sh "true" }\ntest "x" { expect ran(a) }', 'FLOW302 "x"'),
    ],
)
def test_what_a_test_cannot_say(programs: Programs, test: str, said: str) -> None:
    assert said in programs.said(FLOW + test + "\n")
