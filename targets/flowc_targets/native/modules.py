"""The user's Python modules that a project needs: those that its tasks name, and what these import from beside them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flowc.emit.tree import FileTree
from flowc_targets.project.files import code_files


def user_files(root: Path, modules: Iterable[str]) -> FileTree:
    """Top-level packages and modules under `root`, whole; a package's data files come along."""
    found, _ = code_files(root, modules)
    return FileTree(found)


def top_names(root: Path, modules: Iterable[str]) -> set[str]:
    """The first parts of the modules that lie under `root`: names that no package of ours may take."""
    return {path.partition("/")[0].removesuffix(".py") for path in user_files(root, modules)}
