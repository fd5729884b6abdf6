"""What a test sets: facts of its run, params, events, values in loops and of templates; also in another file."""

from __future__ import annotations

import pytest

from tests.unit.testing.conftest import Tried
from tests.unit.testing.told import told

PARTS = """
flow daily {
  schedule daily, at: 06:00, tz: "Europe/Berlin", start: 2024-01-01, catchup: all
  partition day, start: 2024-01-01
  task a = sh "echo #{run.partition}" -> int
  if run.partition.weekday == 1 { task monday = sh "true" }
  task late = sh "true" when run.at.hour > 3
  task b = sh "echo #{a}"
}
flow keyed {
  partition ["eu", "us"]
  task eu = sh "true" when run.partition == "eu"
  task us = sh "true" when run.partition == "us"
}
schema Ev { id: int, parts: list[str] }
flow hooked {
  on webhook "/a" body Ev
  on file "in/*.csv" poll 30s
  for p in run.event.parts ?? [] { task each = sh "echo #{p}" }
  task big = sh "true" when (run.event.id ?? 0) > 10
}
flow filed {
  on file "in/*.csv"
  task big = sh "true" when run.event.size > 10B
}
flow needs(day: date, n: int in 1..5, x: float = 0.5) {
  let next = day + 1d
  task a = sh "echo #{next} #{n}" when next > 2024-01-02
  task other = run daily()
  task w = wait time(5h)
  task ap = wait approval("go?")
  task http = http get("https://localhost/") -> json
  task j = sh "echo #{http.a} #{x}" when http.k == "v"
}
template twice(n: int) -> (small: int, big: int) {
  task s = sh "echo #{n}" -> int
  task b = sh "echo #{n}" -> int
  return small: s, big: b + 1
}
template once(n: int) -> int {
  task s = sh "echo #{n}" -> int
  return s
}
flow templated {
  task t = twice(3)
  task o = once(3)
  task done = sh "echo #{t.big}" when t.small + o > 5
  for i in [1, 2] {
    for k, v in { a: 1, b: 2 } {
      task n = sh "echo #{i} #{k} #{v}" -> int fallback m
      task m = sh "echo 1" -> int
      task q = sh "true" when n > 2
    }
  }
  match o {
    1..3 => task few = sh "true"
    4 => fail "four"
    _ => skip
  }
}
"""
IMPORT = "from parts import daily, keyed, hooked, filed, needs, templated  # flow: allow(unused-import)\n"


def of(flow: str, *lines: str) -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return f'{IMPORT}test "x" for {flow} {{\n{body}}}\n'


@pytest.mark.parametrize(
    ("flow", "lines"),
    [
        # a partition is worked on at the first firing after it; a date's run works on the day before
        ("daily", ("set run.partition = 2024-06-03", "expect ran(monday) and run.date == 2024-06-04 and ran(late)")),
        ("daily", ("set run.date = 2024-06-04", "expect run.partition == 2024-06-03 and skipped(late)")),
        ("daily", ("set run.at = 2024-06-04T04:00Z", "expect run.date == 2024-06-04 and ran(late) and ran(monday)")),
        ("keyed", ('set run.partition = "eu"', "expect ran(eu) and skipped(us)")),
        ("hooked", ('set run.event = { id: 20, parts: ["a", "b"] }', "expect attempts(each) == 2 and ran(big)")),
        ("filed", ('set run.event = { path: "in/a.csv", etag: "x", size: 20B }', "expect ran(big)")),
        (
            "needs",
            (
                "set day = 2024-01-02",
                "set n = 3",
                'set http = { k: "v" }',
                "expect ran(a) and ran(other) and ran(w) and ran(ap) and ran(j) and x == 0.5",
            ),
        ),
        (
            "templated",
            (
                "set t.small = 3",
                "set o = 3",
                "set n = [[1, 2], [3, 4]]",
                "expect ran(done) and ran(few) and n == [[1, 2], [3, 4]] and attempts(q) == 2",
            ),
        ),
        (
            "templated",
            (
                "set t.s = 3",
                "set o = 4",
                "set n = failed",
                "set m = 7",
                "expect recovered(n) and attempts(n) == 4 and attempts(m) == 4 and n == [[7, 7], [7, 7]]",
                "expect failed(run) and skipped(few) and ran(t) and attempts(t) == 2",
            ),
        ),
    ],
)
def test_what_can_be_set(tried: Tried, flow: str, lines: tuple[str, ...]) -> None:
    (report,) = tried(of(flow, *lines), parts=PARTS)
    assert told(report) == []


@pytest.mark.parametrize(
    ("flow", "lines", "said", "helps"),
    [
        ("keyed", ("expect ran(eu)",), "what is decided here reads `run.partition`", "set run.partition = ..."),
        ("keyed", ('set run.partition = "de"', "expect ran(eu)"), "there is no partition 'de'", ""),
        ("daily", ("set run.partition = 2023-06-03", "expect ran(a)"), "there is no partition that begins on", ""),
        ("hooked", ("expect ran(big)",), "what is decided here reads `run.event`", "set run.event = ..."),
        ("filed", ('set run.event = { path: "a" }', "expect ran(big)"), "the event is not a ", ""),
        ("needs", ("set n = 1", "expect ran(a)"), "param day: missing", "set day = ..."),
        ("needs", ("set day = 2024-01-02", "set n = 9", "expect ran(a)"), "param n: 9 is not in 1 .. 5", ""),
        (
            "daily",
            ("set run.at = 2024-06-04T04:00Z", "set run.date = 2024-06-05", "expect ran(a)"),
            "run.at is on 2024-06-04, and run.date is 2024-06-05",
            "",
        ),
        (
            "templated",
            ("set t.s = 1", "set o = 1", "set n = 1", "expect run.date == 2024-01-01"),
            "this reads `run.date`",
            "",
        ),
    ],
)
def test_what_cannot_be(tried: Tried, flow: str, lines: tuple[str, ...], said: str, helps: str) -> None:
    (report,) = tried(of(flow, *lines), parts=PARTS)
    assert report.outcome == "error"
    first = report.diagnostics[0]
    assert first.code.number == "FLOW832"
    assert first.message.startswith(said)
    if helps:
        assert first.helps == (helps,)


def test_a_wrong_param_is_shown_at_its_set(tried: Tried) -> None:
    (report,) = tried(of("needs", "set day = 2024-01-02", "set n = 9", "expect ran(a)"), parts=PARTS)
    at = report.diagnostics[0].span
    assert at is not None
    assert at.text == "set n = 9"


def test_kinds_that_are_built_later_can_be_tested(tried: Tried) -> None:
    (report,) = tried(
        """
flow f {
  task train = container "ghcr.io/acme/train:1.4" -> str retry 2, on: ["oom"]
  task show  = sh "echo #{train}"
}
test "out of memory" for f {
  set train = failed
  expect attempts(train) == 3 and blocked(show)
}
"""
    )
    assert told(report) == []
