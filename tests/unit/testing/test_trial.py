"""A test is a run of the native runner: outcomes, attempts, branches and handlers are decided as ever."""

from __future__ import annotations

import re

import pytest

from flowc.diagnostics import CODES
from flowc.diagnostics.explain import page_path
from tests.unit.testing.conftest import Tried
from tests.unit.testing.told import sides, told, trace

FLOW = """
flow f(n: int = 1) -> int {
  task a = sh "echo 1" -> int retry 3, delay: 10m
  task b = sh "echo '{}'" -> (x: int, y: str)
  task s = sh "echo 3" -> int fallback t
  task t = sh "echo 4" -> int
  group g {
    task c = sh "true"
    task c2 = sh "true" after c
  }
  for i in [1, 2] {
    task d = sh "echo #{i}" -> int
  }
  let total = a + n
  task w = sh "echo 1" -> int when n > 0
  check a > 0
  if b.x > 3 { task deep = sh "echo deep" -> int }
  on failure { task page = sh "echo #{run.failed_task ?? "?"}" -> str }
  finally { task tell = sh "echo x" -> str }
  task e = sh "echo #{a} #{b.x} #{b.y} #{d}" after g
  return a
}
"""


def of(*lines: str, title: str = "x") -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return f'{FLOW}\ntest "{title}" for f {{\n{body}}}\n'


@pytest.mark.parametrize(
    "lines",
    [
        ("set b.x = 4", "set a = 3", "expect ran(deep) and ran(run) and not failed(a)"),
        ("set b.x = 4", "set a = 3", "set n = 9", "expect total == 12"),
        ("set b.x = 3", "expect skipped(deep) and ran(e)"),
        ("set b.x = 3", "set d = [7, 8]", "expect d == [7, 8]"),
        ("set b.x = 3", "set d = 7", "expect d == [7, 7] and attempts(d) == 2"),
        ("set b.x = 1", "set n = 0", "expect skipped(w) and w == null and ran(run)"),
        ("set b.x = 1", 'set tell = "x"', 'expect tell == "x" and not ran(page) and attempts(page) == 0'),
        ("set b.x = 1", "set a = failed", "expect failed(a) and attempts(a) == 4 and blocked(e) and failed(run)"),
        ("set b.x = 1", "set a = failed", "expect ran(page) and ran(tell) and not blocked(run)"),
        ("set b.x = 1", "set s = failed", "set t = 9", "expect recovered(s) and s == 9 and ran(t) and ran(run)"),
        ("set b.x = 1", "set s = failed", "set t = failed", "expect failed(s) and failed(t) and not recovered(s)"),
        ("set b.x = 1", "set s = 1", "expect not ran(t) and not skipped(t) and attempts(t) == 0"),
        ("set b.x = 1", "set g = skipped", "expect skipped(g) and skipped(e) and attempts(g) == 0"),
        ("set b.x = 1", "set g = failed", "expect failed(g) and blocked(g.c2) and attempts(g) == 1 and blocked(e)"),
        ("set b.x = 1", "set g = failed", "set g.c = succeeded", "expect ran(g.c) and failed(g.c2)"),
        ("set b.x = 1", "set a = 0", "expect failed(run) and ran(a) and blocked(e)"),  # the check does not hold
        ("set b.x = 1", 'set b.y = "y"', "let both = b.x + 1", 'expect both == 2 and b.y == "y"'),
        ("set b.x = 1", "set d = failed", "expect failed(d) and attempts(d) == 2"),
    ],
)
def test_what_is_expected_and_holds(tried: Tried, lines: tuple[str, ...]) -> None:
    (report,) = tried(of(*lines))
    assert told(report) == []
    assert report.outcome == "passed"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("set b.x = 1", "expect ran(deep)"), "FLOW831 | ran(deep) | deep: skipped"),
        (
            ("set b.x = 1", "set a = 3", "expect ran(a) and total == 5"),
            "FLOW831 | total == 5 | total is 4 | a is 3",
        ),
        (
            ("set b.x = 1", "set a = failed", "expect not failed(a)"),
            "FLOW831 | not failed(a) | a: failed after 4 attempts",
        ),
        (
            ("set b.x = 1", "set a = failed", "expect total == 4"),
            "FLOW831 | total == 4 | a has no value: a failed after 4 attempts",
        ),
        (
            ("set b.x = 1", "set a = failed", "expect ran(run)"),
            "FLOW831 | ran(run) | run: failed: set to fail by the test",
        ),
        (
            ("set b.x = 1", "expect attempts(g) == 3"),
            "FLOW831 | attempts(g) == 3 | attempts(g) is 2; g: 2 succeeded",
        ),
        (("set b.x = 1", "set d = [7, 8]", "expect d == [7]"), "FLOW831 | d == [7] | d is [7,8]"),
        (("set b.x = 1", "expect deep == 3"), "FLOW831 | deep == 3 | deep has no value: deep skipped"),
        (("set b.x = 1", "expect ran(t)"), "FLOW831 | ran(t) | t: not in this run"),
        (("expect ran(deep)",), "FLOW832 | b.x > 3"),
        (("set b.x = 1", "expect s == 3"), "FLOW832 | s == 3"),
        (("set b.x = 1", "set s = failed", "expect s == 3"), "FLOW832 | s == 3"),
        (("set b.x = 1", "set d = [7]", "expect ran(run)"), "FLOW832 | set d = [7]"),
    ],
)
def test_what_is_told(tried: Tried, lines: tuple[str, ...], said: str) -> None:
    (report,) = tried(of(*lines))
    assert told(report) == [said]
    assert report.outcome == ("failed" if said.startswith("FLOW831") else "error")


def test_the_set_to_write_is_named(tried: Tried) -> None:
    (report,) = tried(of("expect ran(deep)"))
    assert report.diagnostics[0].helps == ("set b.x = ...",)
    (report,) = tried(of("set b.x = 1", "set s = failed", "expect s == 3"))
    assert report.diagnostics[0].helps == ("set t = ...",)  # whose value it has


def test_the_trace_is_told_once_and_is_the_runs(tried: Tried) -> None:
    (report,) = tried(of("set b.x = 1", "set a = 2", "expect a == 3", "expect a == 4"))
    assert [sides(report, number) for number in (0, 1)] == [["a is 2"], ["a is 2"]]
    assert [any("the run came to" in note for note in each.notes) for each in report.diagnostics] == [False, True]
    assert trace(report)[:2] == ["a succeeded 1 2", 'b succeeded 1 {"x":1}']
    assert trace(report)[-1] == "run succeeded"


def test_time_leaps_and_a_deadline_ends_the_run(tried: Tried) -> None:
    late, fine = tried(
        """
flow f {
  deadline 25m
  task a = sh "true" retry 1, delay: 10m
  task b = sh "true" retry 2, delay: 10m after a, when: done
  task c = sh "true" after b, when: done
  finally { task d = sh "true" }
}
test "too late" for f {
  set a = failed
  set b = failed
  expect attempts(a) == 2 and attempts(b) == 2 and failed(b) and blocked(c) and ran(d)
  expect failed(run)
}
test "fine" for f { expect ran(b) and attempts(a) == 1 and ran(c) }
"""
    )
    assert told(late) == []
    assert (late.outcome, fine.outcome) == ("passed", "passed")
    assert late.seconds < 5


def test_a_pause_makes_a_run_late(tried: Tried) -> None:
    reports = tried(
        """
flow f {
  sla 05:00
  task a = sh "true" -> int retry 1, delay: 2h fallback b
  task b = sh "true" -> int
  on late { task tell = sh "echo #{run.lateness}" }
}
test "late" for f {
  set run.at = 2024-06-04T04:00Z
  set a = failed
  set b = 1
  expect ran(tell) and recovered(a)
}
test "in time" for f {
  set run.at = 2024-06-04T02:00Z
  set a = failed
  expect not ran(tell)
}
"""
    )
    assert [told(each) for each in reports] == [[], []]


def test_what_a_retry_matches_is_tried_again(tried: Tried) -> None:
    (report,) = tried(
        """
flow f {
  task a = http get("https://localhost/a") -> json retry 2, on: [503, "timeout"], never: [404]
}
test "x" for f { set a = failed  expect attempts(a) == 3 }
""".replace("  expect", "\n  expect")
    )
    assert told(report) == []


VALUES = """
connection wh: sqlite { database "a.db" }
asset lake: path = "out/a.txt"
asset orders: table = @wh "t"
enum Mode = "a", "b"
schema Row { id: int, amount: decimal(12, 2) }
fn plus(n: int) -> int = n + 1
let base = 4
flow f(mode: Mode = "a", d: duration = 5m) {
  task a = sh "echo 1" -> int
  task rows = sh "echo" -> list[Row]
  task p = sh "echo" -> path
  task dt = sh "echo" -> datetime
  task opt = sh "echo" -> int?
  task dec = sh "echo" -> decimal(10, 2)
  task m = sh "echo" -> map[str, int]
  task z = sh "echo #{a} #{rows} #{p} #{dt} #{opt ?? 0} #{dec} #{m} #{mode} #{d}" writes lake
  task y = sh "true" writes orders
}
"""


@pytest.mark.parametrize(
    "lines",
    [
        ("set a = plus(base)", "expect a == 5 and plus(a) == 6"),
        ('set p = "x/y.csv"', 'expect p.name == "y.csv"'),
        ("set dt = 2024-01-01T06:00Z", "expect dt.hour == 6 and dt == 2024-01-01T06:00Z"),
        ("set opt = null", "expect opt == null"),
        ("set dec = 1.5", "expect dec == 1.5 and dec > 1.25"),
        ("set rows = [{ id: 1, amount: 2.5 }]", "expect len(rows) == 1 and rows[0].amount == 2.5"),
        ("set m = { a: 1 }", 'expect m["a"] == 1'),
        ('set mode = "b"', "set d = 1h30m", 'expect mode == "b" and d == 90m'),
        ("set run.date = 2024-01-05", "set a = run.date.day", "expect a == 5"),
        ('expect lake.name == "lake" and run.trigger == "test"',),
        ("set a = 1", 'expect [x for x in [1, 2] if x == a] == [1] and a in 1..3 and "#{a}!" == "1!"'),
    ],
)
def test_values_are_what_they_are_in_a_run(tried: Tried, lines: tuple[str, ...]) -> None:
    body = "".join(f"  {line}\n" for line in lines)
    (report,) = tried(f'{VALUES}test "x" for f {{\n{body}}}\n')
    assert told(report) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("set opt = null", "expect opt == 1"), "FLOW831 | opt == 1 | opt is null"),
        (("set m = { a: 1 }", 'expect m["b"] == 1'), 'FLOW831 | m["b"] == 1 | m is {"a":1}'),
        (("set run.date = 2024-01-05", "expect run.date.day == 6"), "FLOW831 | run.date.day == 6 | run.date.day is 5"),
        (('set p = "x/y.csv"', "expect p == lake"), 'FLOW831 | p == lake | p is "x/y.csv" | lake is "out/a.txt"'),
        (("set a = run.date.day", "expect a == 5"), "FLOW832 | set a = run.date.day"),
    ],
)
def test_values_are_shown_as_in_traces(tried: Tried, lines: tuple[str, ...], said: str) -> None:
    body = "".join(f"  {line}\n" for line in lines)
    (report,) = tried(f'{VALUES}test "x" for f {{\n{body}}}\n')
    assert told(report) == [said]


def test_days_that_pass_take_no_time(tried: Tried) -> None:
    """In each of a hundred tests; on a real clock this would not end."""
    test = 'test "t" for f {\n  set a = failed\n  set b.x = 1\n  expect attempts(a) == 4 and failed(run)\n}\n'
    reports = tried(FLOW.replace("10m", "10d") + test * 100)
    assert {report.outcome for report in reports} == {"passed"}


@pytest.mark.parametrize("code", ["FLOW831", "FLOW832"])
def test_the_examples_of_a_page(code: str, tried: Tried) -> None:
    text = page_path(CODES[code]).read_text("utf-8")
    wrong, right = re.findall(r"^```flow\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert [[each.code.number for each in report.diagnostics] for report in tried(wrong)] == [[code]]
    assert [told(report) for report in tried(right)] == [[]]
