"""The files that a command is given: paths, whole folders, standard input as `-`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from flowc.diagnostics.model import Problems
from flowc.diagnostics.reading import decode
from flowc.source import Source

STDIN = "-"
SKIPPED = {"__pycache__", "node_modules", "venv", "build", "dist"}


def flow_files(words: Sequence[str]) -> list[Path]:
    """The files that the words name, once each, in order; folders stand for all `.flow` files below.

    Raises click.UsageError for what does not exist, and for a folder without any.
    """
    return list(dict.fromkeys(path for word in words for path in _named(Path(word))))


def _named(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise click.UsageError(f"{path}: there is no such file or folder")
    if not path.is_dir():
        yield path
        return
    found = sorted(_below(path))
    if not found:
        raise click.UsageError(f"{path}: there is no .flow file in this folder")
    yield from found


def _below(folder: Path) -> Iterator[Path]:
    for base, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in SKIPPED]
        yield from (Path(base, name) for name in files if name.endswith(".flow"))


def only_stdin(words: Sequence[str]) -> bool:
    """Whether the words are `-` alone. Raises click.UsageError where it stands beside others."""
    if STDIN in words and len(words) > 1:
        raise click.UsageError("`-` is standard input and stands alone")
    return list(words) == [STDIN]


def read_stdin(problems: Problems) -> Source | None:
    """Standard input as a source; None if it is not UTF-8, which is reported."""
    return decode(sys.stdin.buffer.read(), "<stdin>", problems)
