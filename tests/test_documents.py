"""What the documents say is true: every flow in them compiles, every generated part is what it would be now.

A block that shows a mistake says so, and then has that mistake and no other:

    ```flow error=FLOW309
    ```flow error=FLOW201,FLOW211 in=examples/tiny_etl

`in` names the project folder whose Python, SQL and modules the flow uses; without it, that of the document.

A block of commands and what they print is run in a copy of the folder that it names, and prints just that, times and
the ids of runs aside; `engine` where it needs a real one:

    ```console in=examples/01_tiny_etl
    ```console engine in=examples/01_tiny_etl
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
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


TESTED = [
    each for each in BLOCKS if "\ntest " in each.text and not each.errors and each.document.parent.name != "pages"
]


@pytest.mark.parametrize("block", TESTED, ids=str)
def test_what_a_flow_in_a_document_is_tested_for_holds(block: Block) -> None:
    from flowc.compiler import compile_text
    from flowc.diagnostics.render import render
    from flowc.testing.loading import load
    from flowc.testing.trial import run_tests

    reports = [*run_tests(load(compile_text(block.text, str(block.folder / "document.flow"))))]
    assert reports
    assert "".join(render(report.diagnostics, "terminal") for report in reports) == ""


CONSOLE = re.compile(
    r"^```console(?P<engine> engine)? in=(?P<folder>\S+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
SESSIONS = [
    pytest.param(
        ROOT / found["folder"],
        found["text"],
        marks=[pytest.mark.engine] if found["engine"] else [],
        id=f"{document.relative_to(ROOT).as_posix()}:{text.count(chr(10), 0, found.start()) + 1}",
    )
    for document in DOCUMENTS
    for text in [document.read_text("utf-8")]
    for found in CONSOLE.finditer(text)
]


@pytest.mark.parametrize(("folder", "session"), SESSIONS)
def test_the_commands_print_what_is_shown(folder: Path, session: str, tmp_path: Path) -> None:
    project = tmp_path / folder.name
    shutil.copytree(folder, project, ignore=shutil.ignore_patterns(".flowc", "__pycache__", "out", "build", "*.duckdb"))
    commands = re.findall(r"^\$ (.*)$", session, re.MULTILINE)
    shown = "".join(f"$ {command}\n{_printed(command, project, tmp_path)}" for command in commands)
    assert _timeless(shown) == _timeless(session)


def _printed(command: str, project: Path, scripts: Path) -> str:
    """What a shell prints, where `flowc` and `python` are those that run the tests."""
    shim = scripts / "flowc"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flowc "$@"\n')
    shim.chmod(0o755)
    house = os.pathsep.join(str(ROOT / top) for top in ("", "grammar", "targets"))
    path = os.pathsep.join([str(scripts), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=project,
        env={**os.environ, "PYTHONPATH": house, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    return done.stdout


def _timeless(text: str) -> str:
    """Without what differs from run to run."""
    text = re.sub(r" *\d+\.\d+ ?s\b", " 0.0s", text)
    return re.sub(r"\d{8}-\d{6}-[0-9a-f]{6}", "RUN", text)


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
