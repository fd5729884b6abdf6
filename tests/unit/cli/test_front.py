"""The door: help, version, wrong commands, exit codes, and that none of it loads what it does not need."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from flowc.cli import COMMANDS, main
from flowc.cli.version import VERSION

ROOT = Path(__file__).parents[3]


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []


def test_every_command_has_a_file_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        assert main([name, "--help"]) == 0
        assert f"Usage: flowc {name} " in capsys.readouterr().out


def test_without_words_the_help_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Usage: flowc COMMAND" in capsys.readouterr().out


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"flowc {VERSION}\n"
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == VERSION


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["chek"], "Did you mean `check`?"),
        (["frobnicate"], "There are check, run,"),
        (["check", "--formt", "json"], "--format"),
        (["explain", "optional-value-usd"], "Did you mean FLOW309 optional-value-used?"),
        (["explain", "xyzzy"], "`flowc explain` lists them all."),
    ],
)
def test_a_wrong_word_is_usage_with_a_hint(words: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert hint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "banned"),
    [
        (["--help"], {"click", "attrs", "attr", "lark", "rich", "json"}),
        (["--version"], {"click", "attrs", "attr", "lark", "rich", "json"}),
        (["explain", "309"], {"lark", "rich", "networkx", "jinja2", "black", "sqlglot", "griffe", "duckdb"}),
        (["check", "--help"], {"lark", "rich", "networkx", "jinja2", "black", "sqlglot", "griffe", "duckdb"}),
    ],
)
def test_little_is_loaded(words: list[str], banned: set[str]) -> None:
    code = f"import sys; from flowc.cli import main; main({words!r}); sys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert banned & set(done.stderr.split()) == set()
