"""Each case folder is a text with mistakes of one kind, in several shapes, and what is said about them."""

from pathlib import Path

import pytest

from flowc.diagnostics import CODES, Diagnostic, Edit
from flowc.source import Source
from flowc.syntax.parse import parse

CASES = Path(__file__).parents[2] / "cases" / "syntax"
FOLDERS = sorted(path.parent for path in CASES.glob("*/input.flow"))
PARSER_WORDS = ("token", "lexer", "parser", "grammar", "NAME", "RPAR", "_NL", "terminal", "invalid")


def found(folder: Path) -> tuple[Source, list[Diagnostic]]:
    source = Source("input.flow", (folder / "input.flow").read_bytes().decode())
    return source, parse(source)[1]


def in_a_line(diagnostic: Diagnostic) -> str:
    code = diagnostic.code
    return f"{diagnostic.span}: {diagnostic.severity.value}[{code.number} {code.slug}]: {diagnostic.message}\n"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_said(folder: Path) -> None:
    _, diagnostics = found(folder)
    assert "".join(map(in_a_line, diagnostics)) == (folder / "expected.txt").read_text()


def test_every_code_about_text_has_a_case() -> None:
    elsewhere = {"not-utf8", "unknown-warning"}  # told by who opens files, and by who reads `# flow: allow(...)`
    text_codes = {code.slug for code in CODES.values() if code.number.startswith("FLOW1")} - elsewhere
    assert text_codes <= {folder.name for folder in FOLDERS}
    for folder in FOLDERS:
        assert folder.name in {diagnostic.code.slug for diagnostic in found(folder)[1]}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_edit_mends_what_it_is_for(folder: Path) -> None:
    source, diagnostics = found(folder)
    for diagnostic in diagnostics:
        if diagnostic.edits:
            mended = parse(Source("input.flow", applied(source.text, diagnostic.edits)))[1]
            assert in_a_line(diagnostic) not in map(in_a_line, mended)
            assert len(mended) < len(diagnostics), diagnostic.message


def applied(text: str, edits: tuple[Edit, ...]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_messages_speak_of_the_text(folder: Path) -> None:
    for diagnostic in found(folder)[1]:
        said = " ".join([diagnostic.message, *diagnostic.helps, *diagnostic.notes])
        assert not [word for word in PARSER_WORDS if word in said], said
        assert not diagnostic.message.endswith(".")
        assert diagnostic.span is not None


def test_an_unclosed_block_is_told_by_indentation() -> None:
    text = 'flow a {\n  if x {\n    task b = sh "x"\n  task c = sh "x"\n}\n\nflow d {\n  task e = sh "x"\n}\n'
    (diagnostic,) = parse(Source("", text))[1]
    assert diagnostic.message == "this `{` of `if` is never closed"
    assert [(label.span.line, label.text) for label in diagnostic.related] == [
        (4, "by the indentation it ends before this")
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('flow a {\n  task b = sh "x"\n\nflow c {\n}\n', [1]),
        ('flow a {\n  } task b = sh "x"\n  task c = sh "x"\n}\nflow d {\n}\n', [2]),
        ('connection wh: postgres\n  host "x"\n  user "y"\n}\nflow a {\n}\n', [1]),
        ("schema A { a: int\n\nasset b: path\nasset c: path\n", [1]),
        ('flow a(\n  x: int,\n) -> (: int) {\n  task b = sh "x"\n}\n', [3]),
        ('flow a {\n  let x = f(a,\n  task b = sh "x"\n  task c = sh "x"\n}\n', [2]),
        ('## about a\nflow a(x) {\n  task b = sh "x"\n}\n## about c\nflow c {\n}\n', [2]),
        ('flow a {\n  if b == "full {\n    skip\n  } else {\n    skip\n  }\n}\n', [2]),
        ("flow a {\n  on failure\n    skip\n  timeout 1h\n}\n", [2]),
    ],
)
def test_one_mistake_is_told_once(text: str, lines: list[int]) -> None:
    assert [diagnostic.span.line for diagnostic in parse(Source("", text))[1] if diagnostic.span] == lines
