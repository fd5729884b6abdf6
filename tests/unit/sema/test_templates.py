"""Uses of templates: arguments, values, names, what a use cannot say. What they come to: tests/cases/graph."""

from __future__ import annotations

import pytest

from tests.unit.sema.programs import Programs

TEMPLATES = """
connection wh: sqlite { database "wh.db" }
template one(n: int, text: str = "x") = sh "echo #{n} #{text}" -> int
template block(n: int) -> (a: int, b: str) {
  task inner = sh "echo #{n}" -> int
  return a: inner, b: "b"
}
template quiet() { task inner = sh "true" }
template rows(conn: connection) = sql @conn "SELECT 1" -> int
fn twice(n: int) -> int = 2 * n
"""


def flow(body: str) -> str:
    return TEMPLATES + f"flow main(xs: list[int] = [1]) {{\n{body}\n}}\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("task a = one()", "FLOW302 one()"),
        ('task a = one("x")', 'FLOW301 "x"'),
        ('task a = one(1, txt: "x")', "FLOW303 txt"),
        ('task a = one(1, "x", 2)', "FLOW303 2"),
        ('task a = one(n: 1, "x")', 'FLOW304 "x"'),
        ("task a = one(1, n: 2)", "FLOW303 n: 2"),
        ("task a = quiet(1)", "FLOW303 1"),
        ("task a = oen(1)", "FLOW215 oen"),
        ("task a = twice(1)", "FLOW301 twice"),
        ("task a = rows(@nothing)", "FLOW803 @nothing"),
        ("task a = rows(1)", "FLOW301 1"),
        ("task a = one(1) -> int", "FLOW212 int"),
        ('task a = one(1) fallback b\n task b = sh "true"', "FLOW212 fallback b"),
        ("task a = one(1) { target native { slots 1 } }", "FLOW212 target native { slots 1 }"),
        ("task a = one(1)\n task a = one(2)", "FLOW202 a"),
        ("task xs = one(1)", "FLOW202 xs"),
        ("task flowc_a = one(1)", "FLOW209 flowc_a"),
        ('task a = quiet()\n task b = sh "echo #{a}"', "FLOW301 a"),
        ('task a = block(1)\n task b = sh "echo #{a}"', "FLOW204 a"),
        ('task a = block(1)\n task b = sh "echo #{a.c}"', "FLOW204 c"),
        ('task a = one(1)\n task b = sh "echo #{a.inner}"', "FLOW204 inner"),
        ("task a = one(a)", "FLOW402 one"),
    ],
)
def test_what_a_use_cannot_say(programs: Programs, body: str, said: str) -> None:
    assert said in programs.said(flow(body))


@pytest.mark.parametrize(
    "body",
    [
        'task a = one(1)\n task b = sh "echo #{a + 1}"',
        'task a = block(2)\n task b = sh "echo #{a.a} #{a.b}"',
        'task a = one(twice(3), text: "y") after b\n task b = quiet()',
        'for x in xs { task a = one(x) }\n task b = sh "echo #{a}"',
        "task a = rows(@wh)\n task b = one(a)",
    ],
)
def test_what_a_use_can_say(programs: Programs, body: str) -> None:
    assert programs.said(flow(body)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("template t() { task a = t() }", "FLOW401 t"),
        ('template t() -> int { task a = sh "true" }', "FLOW302 t"),
        ('template t() -> int { task a = sh "true"\n return "x" }', 'FLOW301 "x"'),
        ('template t() { task a = sh "true"\n return 1\n return 2 }', "FLOW214 return 2"),
        ('template t(n: nothing) = sh "true"', "FLOW307 nothing"),
        ('template t(n: int = "x") = sh "echo #{n}"', 'FLOW317 "x"'),
        ('template t() = sh "echo #{nothing}"', "FLOW201 nothing"),
        ('template t() = sh "true" retires 3', "FLOW211 retires"),
    ],
)
@pytest.mark.parametrize("is_used", [True, False])
def test_what_a_template_cannot_say_whether_it_is_used_or_not(
    programs: Programs, text: str, said: str, is_used: bool
) -> None:
    args = "(1)" if "n: nothing" in text else "()"
    use = f"task use_it = t{args}" if is_used else ""
    assert said in programs.said(text + f'\nflow f {{ task only = sh "true"\n {use}\n }}\n')


def test_the_names_of_a_template_are_those_of_its_file(programs: Programs) -> None:
    lib = 'let text = "lib"\ntemplate say() = sh "echo #{text}" -> str\n'
    text = 'from lib import say\nlet text = "mine"\nflow f { task a = say()\n task b = sh "echo #{text}" }\n'
    graph = programs.graph(text, lib_flow=lib)
    assert "lib" in repr(graph.node("a.say").action) and "mine" in repr(graph.node("b").action)


@pytest.mark.parametrize("use", ["", "task use_it = t()"])
def test_templates_that_use_each_other_go_in_a_circle(programs: Programs, use: str) -> None:
    text = "template t() { task a = u() }\ntemplate u() { task a = t() }\n"
    said = programs.said(text + f'flow f {{ task only = sh "true"\n {use}\n }}\n')
    assert {each[:7] for each in said} == {"FLOW401"}
