"""What the documents say is true: every flow in them compiles, every generated part is what it would be now.

A block that shows a mistake says so, and then has that mistake and no other:

    ```flow error=FLOW309
    ```flow error=FLOW201,FLOW211 in=examples/tiny_etl

`in` names the project folder whose Python, SQL and modules the flow uses; without it, that of the document.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from attrs import frozen

from tools.docs import ROOT, documents, renewed

FENCE = re.compile(r"^(?P<fence>`{3,})flow(?P<options>[^\n`]*)\n(?P<text>.*?)^(?P=fence) *$", re.DOTALL | re.MULTILINE)
DOCUMENTS = documents()


@frozen
class Block:
    """A flow in a document."""

    document: Path
    line: int
    text: str
    folder: Path
    errors: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT).as_posix()}:{self.line}"


def blocks(document: Path, text: str) -> list[Block]:
    return [_block(document, text.count("\n", 0, found.start()) + 1, found) for found in FENCE.finditer(text)]


def _block(document: Path, line: int, found: re.Match[str]) -> Block:
    options = dict(option.split("=") for option in found["options"].split())
    assert options.keys() <= {"error", "in"}, f"{document}:{line}: unknown option of a block: {options}"
    folder = ROOT / options["in"] if "in" in options else document.parent
    errors = options["error"].split(",") if "error" in options else []
    return Block(document, line, found["text"], folder, tuple(sorted(errors)))


BLOCKS = [block for document in DOCUMENTS for block in blocks(document, document.read_text("utf-8"))]


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_the_flow_compiles_or_has_the_mistake_that_it_shows(block: Block) -> None:
    from flowc.compiler import check_text

    found = check_text(block.text, path=str(block.folder / "document.flow"))
    problems = [diagnostic for diagnostic in found if diagnostic.severity.value != "info"]
    assert sorted({problem.code.number for problem in problems}) == [*block.errors], "\n".join(
        f"{problem.code.number} {problem.span}: {problem.message}" for problem in problems
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_generated_parts_are_fresh(document: Path) -> None:
    text = document.read_text("utf-8")
    assert text == renewed(text), "stale: `make docs` writes the generated parts anew"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_blocks_and_their_options_are_read() -> None:
    text = "a\n```flow\none\n```\n````flow error=FLOW211,FLOW201 in=examples\ntwo\n```\nthree\n````\n```python\n```\n"
    assert blocks(ROOT / "README.md", text) == [
        Block(ROOT / "README.md", 2, "one\n", ROOT, ()),
        Block(ROOT / "README.md", 5, "two\n```\nthree\n", ROOT / "examples", ("FLOW201", "FLOW211")),
    ]


def test_a_part_that_nobody_makes_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        renewed("<!-- generated: nobody -->\n<!-- end -->")


def test_a_stale_part_is_seen() -> None:
    stale = "before\n<!-- generated: codes -->\nold\n<!-- end -->\nafter\n"
    fresh = renewed(stale)
    assert "\nold\n" not in fresh
    assert "FLOW201" in fresh
    assert renewed(fresh) == fresh
