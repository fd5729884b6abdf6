"""What `ran(x)` and its like say of loops, groups and runs."""

from __future__ import annotations

import pytest

from tests.unit.testing.conftest import Tried
from tests.unit.testing.told import told

FLOW = """
flow f(deep: bool = true, count: int = 3, off: bool = false) {
  task list = sh "echo '[]'" -> list[int]
  if deep {
    for x in list tolerate 1 {
      task score = sh "echo #{x}" -> int
      task even = sh "true" when score % 2 == 0
    }
  }
  group sources {
    task a = sh "true" when count > 3
    group inner {
      task b = sh "true" after a, when: done
      task c = sh "true" after b
    }
  }
  for y in [1, 2] {
    task one = sh "echo #{y}" -> int fallback two
    task two = sh "echo #{y}" -> int
  }
  task sum = sh "true" after score when not off
  task last = sh "echo #{one}" after sources
}
"""


@pytest.mark.parametrize(
    "lines",
    [
        ("set list = []", "expect ran(score) and attempts(score) == 0 and not skipped(score) and ran(sum)"),
        ("set deep = false", "expect skipped(score) and skipped(even) and skipped(sum) and ran(run)"),
        ("set list = [1, 3]", "set score = [1, 3]", "expect skipped(even) and not ran(even) and ran(score)"),
        ("set list = [1, 2]", "set score = [1, 2]", "expect ran(even) and attempts(even) == 1 and score == [1, 2]"),
        ("set list = [1, 2]", "set score = failed", "expect failed(score) and blocked(even) and blocked(sum)"),
        ("set list = [1]", "set score = failed", "expect ran(score) and not failed(score) and ran(sum) and ran(run)"),
        ("set list = []", "expect skipped(sources.a) and ran(sources) and ran(sources.inner)"),
        ("set list = []", "set sources.inner = failed", "expect failed(sources.inner) and failed(sources)"),
        (
            "set list = []",
            "set sources = skipped",
            "expect skipped(sources) and skipped(sources.inner) and skipped(last)",
        ),
        # its condition is false all the same
        ("set list = []", "set sources.a = failed", "expect skipped(sources.a)"),
        ("set list = []", "set one = failed", "expect recovered(one) and ran(two) and attempts(two) == 2"),
        ("set list = []", "set one = failed", "set two = [5, 6]", "expect one == [5, 6] and recovered(run)"),
        ("set list = failed", "expect blocked(score) and attempts(score) == 0 and failed(run) and not blocked(run)"),
    ],
)
def test_loops_groups_and_fallbacks(tried: Tried, lines: tuple[str, ...]) -> None:
    body = "".join(f"  {line}\n" for line in lines)
    (report,) = tried(f'{FLOW}\ntest "x" for f {{\n{body}}}\n')
    assert told(report) == []


def test_a_run_of_nothing_but_what_is_skipped_succeeded(tried: Tried) -> None:
    (report,) = tried(
        """
flow f(wanted: bool = false) {
  when wanted
  task a = sh "true"
  finally { task b = sh "true" }
}
test "nothing" for f { expect ran(run) and skipped(run) and skipped(a) and ran(b) and attempts(run) == 0 }
"""
    )
    assert told(report) == []


def test_what_an_error_in_a_return_makes_of_the_run(tried: Tried) -> None:
    reports = tried(
        """
flow f(n: int = 1) -> int {
  task a = sh "echo 1" -> list[int]
  return a[n]
}
test "not there" for f {
  set a = [1]
  expect failed(run) and ran(a)
}
test "not set" for f { expect ran(run) }
"""
    )
    assert [told(each) for each in reports] == [[], []]
