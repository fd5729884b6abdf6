"""The tree is clean: no lint, formatted, typed, short files that say what they hold, nothing of one machine."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LONGEST = 400
# Tables and other data may be longer; each with its reason.
LONGER: dict[str, str] = {"flowc/ir/graph.py": "the graph, whole, on one page"}


def tool(*command: str) -> None:
    """Run a tool of the environment over the tree; it says what is wrong when it finds something."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}{done.stderr}", pytrace=False)


def test_nothing_for_the_linter() -> None:
    tool("ruff", "check", "--quiet")


def test_everything_is_formatted() -> None:
    tool("ruff", "format", "--check", "--quiet")


@pytest.mark.slow
def test_the_types_are_right() -> None:
    tool("pyright", "--warnings", "--pythonpath", sys.executable)


@pytest.mark.slow
def test_the_runtime_keeps_to_python_3_10() -> None:
    """It is copied into native projects, which run there too."""
    tool("pyright", "--warnings", "--pythonpath", sys.executable, "--pythonversion", "3.10", "flowc/runtime")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_is_too_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in tracked("flowc/*.py", "targets/*.py", "grammar/*.py", "tools/*.py")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST and name not in LONGER} == {}


def test_every_module_says_what_it_holds() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in tracked("flowc/*.py", "targets/*.py", "grammar/*.py")
        if "templates" not in path.parts
        and (text := path.read_text("utf-8")).strip()
        and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_no_drawer_for_odds_and_ends() -> None:
    drawers = re.compile(r"(^|/)(utils?|helpers?|common|misc|manager)(/|\.py$)")
    paths = [path.relative_to(ROOT).as_posix() for path in tracked("flowc", "targets", "grammar", "tests", "tools")]
    assert [path for path in paths if drawers.search(path)] == []


def test_nothing_of_one_machine() -> None:
    """No home folder, no package registry: the project is at home everywhere."""
    elsewhere = re.compile(r"/home/\w+/|/Users/\w+/|/root/|\bpypi\.org|pythonhosted\.org|registry\.npmjs")
    here = Path(__file__).name
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked()
        if path.name != here
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1)
        if elsewhere.search(line)
    ]
    assert found == []
