"""What a person sees."""

import re

import pytest

from flowc.diagnostics import Edit, Label, Problems
from flowc.diagnostics.render import render
from flowc.source import Source, Span

TEXT = """\
flow f {
  if mode == "full" { task bulk = sh "a" -> int }
  task push = sh "b #{bulk}"
  timeout 30
  retry 3
}
"""


def span(source: Source, text: str, nth: int = 0) -> Span:
    start = [found.start() for found in re.finditer(re.escape(text), source.text)][nth]
    return Span(source, start, start + len(text))


def show(problems: Problems) -> str:
    return render(problems.sorted(), "terminal")


def test_a_message_with_places_and_advice() -> None:
    source, problems = Source("fx.flow", TEXT), Problems()
    problems.add(
        "FLOW309",
        "`bulk` may be skipped, so its value can be missing here",
        span(source, "bulk", 1),
        label="needs int, found int?",
        related=[Label(span(source, 'mode == "full"'), "`bulk` only runs when this is true")],
        helps=["say what stands for it:  bulk ?? 0"],
        notes=["a task inside `if` may be skipped"],
    )
    expected = """\
error[FLOW309 optional-value-used]: `bulk` may be skipped, so its value can be missing here
 --> fx.flow:3:23
  |
2 |   if mode == "full" { task bulk = sh "a" -> int }
  |      -------------- `bulk` only runs when this is true
3 |   task push = sh "b #{bulk}"
  |                       ^^^^ needs int, found int?
  = help: say what stands for it:  bulk ?? 0
  = note: a task inside `if` may be skipped
"""
    assert expected == show(problems)


def test_several_marks_on_one_line() -> None:
    source, problems = Source("f.flow", "task load = sql load\n"), Problems()
    problems.add(
        "FLOW402",
        "`load` waits for itself",
        span(source, "load", 1),
        label="read here",
        related=[Label(span(source, "load"), "declared here"), Label(span(source, "task"), "a task")],
    )
    expected = """\
error[FLOW402 self-dependency]: `load` waits for itself
 --> f.flow:1:17
  |
1 | task load = sql load
  | ---- ----       ^^^^ read here
  | |    |
  | |    declared here
  | a task
"""
    assert expected == show(problems)


def test_a_place_in_another_file() -> None:
    here, there, problems = Source("a.flow", "let x = 1\n"), Source("lib/b.flow", "\n" * 9 + "let x = 2\n"), Problems()
    problems.add(
        "FLOW203", "`x` is two things", span(here, "x"), related=[Label(span(there, "x"), "imported from here")]
    )
    expected = """\
error[FLOW203 shadowed-name]: `x` is two things
  --> a.flow:1:5
   |
 1 | let x = 1
   |     ^
  ::: lib/b.flow:10:5
   |
10 | let x = 2
   |     - imported from here
"""
    assert expected == show(problems)


def test_a_span_over_lines_is_marked_on_its_first() -> None:
    source, problems = Source("f.flow", 'flow f {\n  sql """\n  a\n"""\n}\n'), Problems()
    problems.add("FLOW708", "broken", span(source, '"""\n  a\n"""'))
    assert '2 |   sql """\n  |       ^^^\n' in show(problems)


def test_the_end_of_a_file_has_a_mark() -> None:
    source, problems = Source("f.flow", "flow f {"), Problems()
    problems.add("FLOW102", "open", Span(source, 8, 8))
    assert "1 | flow f {\n  |         ^\n" in show(problems)


def test_an_empty_file_has_a_place() -> None:
    source, problems = Source("f.flow", ""), Problems()
    problems.add("FLOW101", "empty", Span(source, 0, 0))
    assert " --> f.flow:1:1\n  |\n1 |\n  | ^\n" in show(problems)


@pytest.mark.parametrize(
    ("line", "word", "shown", "marks"),
    [
        ("\tretry x", "x", "    retry x", "          ^"),
        ("日本 x", "x", "日本 x", "     ^"),
        ("日本 x", "本", "日本 x", "  ^^"),
        ("e\N{COMBINING ACUTE ACCENT} x", "x", "e\N{COMBINING ACUTE ACCENT} x", "  ^"),
        ("a\N{ESCAPE}[31m x", "x", "a␛[31m x", "       ^"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE} x", "x", "a\N{REPLACEMENT CHARACTER} x", "   ^"),
        ("a x\r", "x", "a x", "  ^"),
    ],
)
def test_marks_stand_under_what_they_mean(line: str, word: str, shown: str, marks: str) -> None:
    source, problems = Source("f.flow", line + "\n"), Problems()
    problems.add("FLOW101", "here", span(source, word))
    assert show(problems).splitlines()[3:] == [f"1 | {shown}", f"  | {marks}"]


def test_a_very_long_line_is_shown_around_the_mark() -> None:
    source, problems = Source("f.flow", "a" * 500 + " bad " + "b" * 500), Problems()
    problems.add("FLOW101", "here", span(source, "bad"))
    line, marks = show(problems).splitlines()[3:]
    assert len(line) < 200
    assert line[marks.index("^") : marks.rindex("^") + 1] == "bad"
    assert line.startswith("1 | …a")
    assert line.endswith("b…")


def test_edits_are_shown_as_source() -> None:
    source, problems = Source("f.flow", TEXT), Problems()
    problems.add("FLOW306", "unit", span(source, "30"), helps=["say the unit"], edits=[Edit(span(source, "30"), "30s")])
    assert show(problems).endswith("  = help: say the unit\n4 +   timeout 30s\n")


def test_an_edit_that_adds_lines_and_one_that_takes_one_away() -> None:
    source, problems = Source("f.flow", TEXT), Problems()
    after, gone = span(source, "flow f {\n"), span(source, "  retry 3\n")
    edits = [Edit(Span(source, after.end, after.end), '  owner "a"\n  priority 1\n'), Edit(gone, "")]
    problems.add("FLOW214", "twice", gone, edits=edits)
    assert show(problems).endswith('2 +   owner "a"\n3 +   priority 1\n5 -   retry 3\n')


def test_two_edits_of_a_line_are_one_line() -> None:
    source, problems = Source("f.flow", TEXT), Problems()
    line = span(source, "timeout 30")
    edits = [Edit(Span(source, line.start, line.start), "pool "), Edit(span(source, "30"), "30s")]
    problems.add("FLOW306", "unit", line, edits=edits)
    assert show(problems).endswith("4 +   pool timeout 30s\n")


def test_advice_of_several_lines_is_indented() -> None:
    problems = Problems()
    problems.add("FLOW900", "a bug of flowc", None, helps=["write\n  a\n  b"])
    expected = "error[FLOW900 internal-error]: a bug of flowc\n  = help: write\n            a\n            b\n"
    assert expected == show(problems)


def test_colours_change_nothing_else() -> None:
    source, problems = Source("fx.flow", TEXT), Problems()
    bulk = span(source, "bulk")
    problems.add("FLOW306", "unit", bulk, label="a", related=[Label(span(source, "sh"), "b")], edits=[Edit(bulk, "c")])
    coloured = render(problems.sorted(), "terminal", colour=True)
    assert "\x1b[1;31merror[FLOW306" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == show(problems)
