"""Two traces side by side."""

from flowc.compiler import compile_text
from flowc.verify import differences

FLOW = """\
flow f(n: int = 1) {
  for x in [1, 2] {
    task each = sh "echo #{x}" -> str
  }
  task last = sh "echo x" after each
  check n > 0
}
"""
TRACE = ["check n > 0  succeeded  1", 'each[0]  succeeded  1  "1"', 'each[1]  succeeded  1  "2"', "last  succeeded  1"]


def found(first: list[str], second: list[str]) -> list[tuple[str, str | None, str | None, int | None]]:
    program = compile_text(FLOW).program
    assert program is not None
    told = differences(first, second, program.graph("f"))
    return [(each.name, each.first, each.second, each.origin.line if each.origin else None) for each in told]


def test_the_width_of_columns_does_not_matter() -> None:
    wide = ["check n > 0  succeeded  1", 'each[0]      succeeded  1  "1"', 'each[1]      succeeded  1  "2"']
    assert found([*TRACE, "run  succeeded"], [*wide, "last         succeeded  1", "run          succeeded"]) == []


def test_blanks_in_a_value_matter() -> None:
    assert found(['each[0]  succeeded  1  "a  b"'], ['each[0]  succeeded  1  "a b"']) == [
        ("each[0]", 'succeeded  1  "a  b"', 'succeeded  1  "a b"', 3)
    ]


def test_a_difference_has_the_place_of_its_task() -> None:
    other = [TRACE[0].replace("succeeded", "failed"), TRACE[1], "last  skipped  0", "run  failed"]
    assert found([*TRACE, "run  succeeded"], other) == [
        ("check n > 0", "succeeded  1", "failed  1", 6),
        ("each[1]", 'succeeded  1  "2"', None, 3),
        ("last", "succeeded  1", "skipped  0", 5),
        ("run", "succeeded", "failed", 1),
    ]
