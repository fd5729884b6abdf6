"""What shapes text becomes, and where they are."""

from pathlib import Path

import pytest

from flowc.source import Source
from flowc.syntax import ast
from flowc.syntax.parse import parse, parse_expr, parse_text
from flowc.syntax.walk import walk

PROGRAMS = Path(__file__).parents[2] / "cases" / "syntax" / "programs"


def read(text: str) -> ast.File:
    file, diagnostics = parse(Source("test.flow", text))
    assert diagnostics == []
    return file


def statement(text: str) -> ast.Stmt:
    flow = read(f"flow f {{\n{text}\n}}").items[0]
    assert isinstance(flow, ast.Flow)
    return flow.body.statements[0]


@pytest.mark.parametrize("path", sorted(PROGRAMS.rglob("*.flow")), ids=lambda path: path.name)
def test_programs_have_nothing_to_complain_about(path: Path) -> None:
    assert parse(Source(path.name, path.read_text()))[1] == []


def test_every_place_is_where_its_text_is() -> None:
    source = Source("test.flow", 'flow f {\n  task a = sh "x #{clean.rows ?? [b]} y" retry 3, delay: 30s\n}\n')
    places = {node.text: node.span for node in walk(parse(source)[0]) if isinstance(node, ast.Name)}
    assert {name: span.text for name, span in places.items()} == {name: name for name in places}
    assert str(places["rows"]) == "test.flow:2:26"
    task = statement('task a = sql @wh file("x") -> (n: int) after b {\n retry 3 }')
    assert task.span.text == 'task a = sql @wh file("x") -> (n: int) after b {\n retry 3 }'


def test_clauses_on_the_line_and_in_the_block_are_one_body() -> None:
    inline = statement('task a = sh "x" retry 3, delay: 30s after b')
    block = statement('task a = sh "x" {\n retry 3, delay: 30s\n after b\n}')
    mixed = statement('task a = sh "x" retry 3, delay: 30s {\n after b\n}')
    assert isinstance(mixed, ast.Task)
    assert inline == block == mixed
    assert mixed.body.inline == 1
    assert mixed.body.braces is not None


def test_clause_arguments_and_flags() -> None:
    clause = statement("retry 3, delay: 30s")
    assert isinstance(clause, ast.Clause)
    assert [literal.value for literal in clause.positional if isinstance(literal, ast.IntLiteral)] == [3]
    assert clause.named("delay") == parse_expr(Source("", "30s"))[0]
    assert clause.named("backoff") is None
    assert statement("catchup") == ast.Clause(ast.Name("catchup", span=clause.span), (), span=clause.span)


def test_keywords_may_name_things() -> None:
    for word in ("task", "schema", "flow", "in", "for", "if", "match", "set", "import"):
        task = statement(f'task {word} = sh "x"')
        assert isinstance(task, ast.Task)
        assert task.name.text == word
    assert (
        read("schema S {\n ## doc\n task: int\n flow: str\n}").items[0]
        == read("schema S { ## doc\n task: int, flow: str }").items[0]
    )


def test_docs_belong_to_what_follows_them() -> None:
    file = read('## one\n##   two\n# remark\nflow f(\n  ## a param\n  x: int,\n) {\n  ## a task\n  task a = sh "x"\n}')
    flow = file.items[0]
    assert isinstance(flow, ast.Flow)
    assert (flow.doc, flow.params[0].doc) == ("one\n  two", "a param")
    task = flow.body.statements[0]
    assert isinstance(task, ast.Task)
    assert task.doc == "a task"


@pytest.mark.parametrize(
    ("continued", "line"),
    [
        ("let x = a\n  ?? b\n  # remark\n\n  ?? c", "let x = a ?? b ?? c"),
        ("check a\n  and b\n  or c", "check a and b or c"),
        ("after a,\n  b,\n\n  when: done", "after a, b, when: done"),
        ("a\n  >> [b,\n c]", "a >> [b, c]"),
        ('task a = sh "x"\n  -> (n: int,\n s: str)', 'task a = sh "x" -> (n: int, s: str)'),
        ("if a { skip }\n\nelse { skip }", "if a { skip } else { skip }"),
        ("let x = f(\n  a, # why\n  { b: 1\n c: 2 }\n)", "let x = f(a, { b: 1, c: 2 })"),
    ],
)
def test_lines_that_go_on(continued: str, line: str) -> None:
    assert statement(continued) == statement(line)


def test_windows_newlines_and_a_byte_order_mark() -> None:
    text = 'flow f {\n  # remark\n  task a = sql """\n    one\n    two\n  """\n}\n'
    assert read("\ufeff" + text.replace("\n", "\r\n")) == read(text)


def test_triggers() -> None:
    event = statement('on asset a and (flow b(when: failed) or file "x") poll 1m')
    assert isinstance(event, ast.OnEvent)
    assert isinstance(event.event, ast.AllOf)
    assert isinstance(event.event.events[1], ast.AnyOf)
    assert [clause.name.text for clause in event.body.clauses] == ["poll"]
    assert isinstance(statement("on failure { }"), ast.OnHook)


def test_several_outputs_are_a_record() -> None:
    task = statement('task a = sh "x" -> (rows: path, n: list[(a: int)]?)')
    assert isinstance(task, ast.Task)
    assert isinstance(task.outputs, ast.RecordType)
    assert [field.name.text for field in task.outputs.fields] == ["rows", "n"]
    assert isinstance(task.outputs.fields[1].type, ast.OptionalType)


def test_allows_and_the_lines_they_are_about() -> None:
    file = read(
        "# flow: allow(unused-import)\n# and why\n\nimport a\n\nimport b  # flow: allow(unused-import, other)\n"
        'let text = "# flow: allow(nothing)"\n'
    )
    assert [([slug.text for slug in allow.slugs], allow.line) for allow in file.allows] == [
        (["unused-import"], 4),
        (["unused-import", "other"], 6),
    ]
    assert file.allows[1].slugs[1].span.text == "other"


def test_a_broken_statement_leaves_the_rest() -> None:
    file, diagnostics = parse(
        Source("", 'flow f(x int) {\n  task a = sh "x"\n  task b = = 3\n  let c = 1\n}\nlet d = 2')
    )
    assert len(diagnostics) == 2
    assert [type(item).__name__ for item in file.items] == ["Let"]
    file, diagnostics = parse(Source("", 'flow f {\n  task a = sh "x"\n  task b = = 3\n  let c = 1\n}\nlet d = 2'))
    assert len(diagnostics) == 1
    flow = file.items[0]
    assert isinstance(flow, ast.Flow)
    assert [type(statement).__name__ for statement in flow.body] == ["Task", "Let"]


@pytest.mark.slow
def test_very_many_mistakes_come_to_an_end() -> None:
    _, diagnostics = parse(Source("", "flow f {\n" + "  task a = = 3\n" * 8_000 + "}"))
    assert len(diagnostics) == 20
    assert diagnostics[-1].notes == ("what follows was not read",)


def test_one_expression() -> None:
    expr, diagnostics = parse_expr(Source("--param", " a.b(1) "))
    assert isinstance(expr, ast.Call)
    assert expr.span.text == "a.b(1)"
    assert diagnostics == []
    for text, message in [("", "a value is missing here"), ("a b", "`b` cannot stand here, only the end of the text")]:
        assert parse_expr(Source("", text))[0] is None
        assert [diagnostic.message for diagnostic in parse_expr(Source("", text))[1]] == [message]


@pytest.mark.parametrize("word", ["region", "t_1", "not", "true", "null", "if", "in", "else", "python", "task", "_"])
def test_a_word_in_a_hole_is_read_as_it_is_read_with_blanks_around_it(word: str) -> None:
    [close, *_], [wide, *_] = (parse_text(Source("x", text))[0].parts for text in (f"#{{{word}}}", f"#{{ {word} }}"))
    assert repr(close) == repr(wide)
