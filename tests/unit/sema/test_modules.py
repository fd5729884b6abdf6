"""Imports: what a file sees of another one, and what is told where it does not."""

from __future__ import annotations

import pytest

from tests.unit.sema.programs import Programs

ENV = """
connection wh: sqlite { database "wh.db" }
let most = 3
let _own = 4
schema Row { id: int }
fn twice(n: int) -> int = 2 * n
policy careful retry 2
template pull(name: str) = sh "echo #{name}" -> str
flow child { task only = sh "true" }
asset orders: table
"""


@pytest.mark.parametrize(
    "text",
    [
        'from env import wh\nflow f { task a = sql @wh "SELECT 1" -> int }',
        'from env import wh as other\nflow f { task a = sql @other "SELECT 1" -> int }',
        'from env import most\nflow f { task a = sh "echo #{most}" }',
        'import env\nflow f { task a = sh "echo #{env.most}" }',
        'import env as e\nflow f { task a = sh "echo #{e.twice(e.most)}" }',
        'import env\nflow f { task a = sh "true" -> env.Row\n task b = sh "echo #{a.id}" }',
        'from env import careful\nflow f { task a = sh "true" use careful }',
        'import env\nflow f { task a = sh "true" use env.careful }',
        'from env import pull\nflow f { task a = pull("x") }',
        'import env\nflow f { task a = env.pull("x") }',
        "from env import child\nflow f { task a = run child() }",
        "import env\nflow f { task a = run env.child() }",
        # Its writer is in a file that is not looked at, or there is none, which that file is told.
        'from env import orders\nflow f {\n on asset orders\n task a = sh "true" reads orders\n}',
        'from env import (\n  most,\n  twice as double,\n)\nflow f { task a = sh "echo #{double(most)}" }',
        (
            'import std.quality as dq\nasset a = "a"\nconnection wh: sqlite { database "x" }\n'
            "flow f { task q = dq.not_empty(a) }"
        ),
    ],
)
def test_what_a_file_sees_of_another(programs: Programs, text: str) -> None:
    assert programs.said(text + "\n", env_flow=ENV) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nowhere", "FLOW205 nowhere"),
        ("from nowhere import a", "FLOW205 nowhere"),
        ("import std", "FLOW205 std"),
        ("from std.notfy import x", "FLOW205 std.notfy"),
        ("from env import moist", "FLOW207 moist"),
        ("from env import _own", "FLOW207 _own"),
        ('import env\nflow g { task a = sh "echo #{env._own}" }', "FLOW201 _own"),
        ('import env\nflow g { task a = sh "echo #{env.nothing}" }', "FLOW201 nothing"),
        ('import env\nflow g { task a = sh "echo #{env}" }', "FLOW301 env"),
        ("from env import most", "FLOW208 most"),
        ("import env as e", "FLOW208 e"),
        ("from env import most\nlet most = 4", "FLOW202 most"),
        ("from env import most, wh as most", "FLOW202 most"),
        ("import env\nimport env", "FLOW202 env"),
        ('import env\nflow g { task a = env.pul("x") }', "FLOW215 env.pul"),
        ("import env\nflow g { task a = run env.chld() }", "FLOW201 env.chld"),
        ('import env\nflow g { task a = sh "true" use env.carefl }', "FLOW608 env.carefl"),
        ('import env\nflow g { task a = sh "true" -> env.Roww }', "FLOW307 env.Roww"),
        # nothing is imported by itself
        ('flow g { task a = sql @wh "SELECT 1" -> int }', "FLOW803 @wh"),
        ('flow g { task a = sh "echo #{most}" }', "FLOW201 most"),
    ],
)
def test_what_a_file_does_not_see(programs: Programs, text: str, said: str) -> None:
    assert said in programs.said(text + '\nflow f { task a = sh "true" }\n', env_flow=ENV)


def test_imports_in_a_circle_are_drawn(programs: Programs) -> None:
    compilation = programs.compile(
        'from b import x\nlet y = 1\nflow f { task a = sh "echo #{x}" }\n',
        b_flow="from c import z\nlet x = z\n",
        c_flow="from b import x\nlet z = x\n",
    )
    (circle,) = [each for each in compilation.diagnostics if each.code.number == "FLOW206"]
    assert "b.flow -> c.flow -> b.flow" in circle.message


def test_a_name_that_was_imported_there_can_be_imported_from_there(programs: Programs) -> None:
    text = 'from middle import most\nflow f { task a = sh "echo #{most}" }\n'
    assert programs.said(text, middle_flow="from env import most\nlet more = most\n", env_flow=ENV) == []


def test_what_is_wrong_in_an_imported_file_is_told_at_its_place(programs: Programs) -> None:
    compilation = programs.compile('from b import x\nflow f { task a = sh "echo #{x}" }\n', b_flow="let x = nothing\n")
    (said,) = compilation.diagnostics
    assert (said.code.number, said.span and said.span.source.path) == ("FLOW201", "b.flow")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("let a = 1\nlet a = 2", "FLOW202 a"),
        ('let a = 1\nconnection a: sqlite { database "x" }', "FLOW202 a"),
        ('enum A = "x"\nschema A { n: int }', "FLOW202 A"),
        ("policy a retry 1\npolicy a retry 2", "FLOW202 a"),
        ("let a = 1\nlet A = 2", "FLOW210 A"),
        ('schema Row { n: int }\nenum row = "x"', "FLOW210 row"),
        ("let flowc_a = 1", "FLOW209 flowc_a"),
        ("let run = 1", "FLOW209 run"),
        ("schema S { n: int, n: str }", "FLOW202 n"),
        ("schema S(T) { n: int }", "FLOW307 T"),
        ("schema S(T) { n: int }\nschema T(S) { m: int }", "FLOW307 S"),
        ("schema S { n: int @kye }", "FLOW211 kye"),
        ("schema S { n: int source a.n }", "FLOW703 a"),
        ("schema S { n: int sauce a.n }", "FLOW211 sauce"),
        ("let a = b\nlet b = a", "FLOW401 a"),
    ],
)
def test_declarations_that_do_not_go_together(programs: Programs, text: str, said: str) -> None:
    assert said in programs.said(text + '\nflow f { task t = sh "true" }\n')


def test_spaces_are_apart(programs: Programs) -> None:
    text = """
policy same retry 1
schema Same { n: int }
fn same(n: int) -> int = n
let same = 3
flow f { task t = sh "echo #{same(same)}" use same }
"""
    assert programs.said(text) == []
