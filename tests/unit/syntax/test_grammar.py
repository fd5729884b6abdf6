"""The grammar as lark sees it: without conflicts, and the same language that the shipped tables and our lexer read."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lark import Lark, Token, Tree

from flowc.syntax import lalr, tables
from flowc.syntax.lexer import Lexer
from tests.unit.syntax.programs import Writer

GRAMMAR = files("flowc_grammar").joinpath("flow.lark").read_text(encoding="utf-8")
PROGRAMS = Path(__file__).parents[2] / "cases" / "syntax" / "programs"


class Layout:
    """What the lexer does about newlines, for lark's own."""

    always_accept = ("_NL",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        inline, last = [False], ""
        for token in stream:
            if token.type == "_NL" and (inline[-1] or last == "COMMA"):
                continue
            if token.type in ("_CALL", "_INDEX", "LPAR", "LSQB", "HOLE", "LBRACE"):
                inline.append(token.type != "LBRACE")
            elif token.type in ("RPAR", "RSQB", "RBRACE"):
                inline.pop()
            last = token.type
            yield token


@pytest.fixture(scope="module")
def strict() -> Lark:
    return tables.lark_parser(GRAMMAR, strict=True, postlex=Layout())


def test_the_shipped_tables_are_those_of_the_grammar() -> None:
    shipped = files("flowc_grammar").joinpath("flow.tables.json").read_text(encoding="utf-8")
    assert shipped == tables.to_json(tables.build(GRAMMAR), GRAMMAR), "run: python -m flowc.syntax.tables"
    assert tables.load() == tables.build(GRAMMAR)


def test_nobody_waits_for_lark() -> None:
    code = "import sys; from flowc.syntax import parse, tables; tables.load(); sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": os.pathsep.join(sys.path)}).returncode == 0


class Shapes:
    """Makes the tree that lark would, as nested tuples."""

    def __init__(self, text: str) -> None:
        kinds = {name for name, _ in tables.load().terminals}
        self.shift = {kind: (lambda start, end: text[start:end]) for kind in kinds}

    def __getattr__(self, rule: str) -> Any:
        return lambda *children: (rule, *children)


def ours(text: str) -> Any:
    return lalr.parse(Lexer(text, tables.load(), 0, len(text)), Shapes(text), start="file")


def as_tuples(tree: Any) -> Any:
    if isinstance(tree, Tree):
        return (str(tree.data), *map(as_tuples, tree.children))
    return None if tree is None else str(tree)


@pytest.mark.parametrize("path", sorted(PROGRAMS.rglob("*.flow")), ids=lambda path: path.name)
def test_lark_and_we_read_programs_alike(strict: Lark, path: Path) -> None:
    text = path.read_text()
    assert ours(text) == as_tuples(strict.parse(text, start="file"))


@pytest.mark.parametrize("seed", range(60))
def test_lark_and_we_read_random_programs_alike(strict: Lark, seed: int) -> None:
    text = Writer(Random(seed)).file()
    assert ours(text) == as_tuples(strict.parse(text, start="file"))
