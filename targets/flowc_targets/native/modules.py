"""The user's Python modules that a project needs: those that its tasks name, and what these import from beside them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from flowc.emit.tree import FileTree

_LEFT_OUT = {"__pycache__", ".git", ".flowc", ".venv", "node_modules"}


def user_files(root: Path, modules: Iterable[str]) -> FileTree:
    """Top-level packages and modules under `root`, whole; a package's data files come along."""
    found: dict[str, bytes] = {}
    queue = [module.partition(".")[0] for module in modules]
    seen: set[str] = set()
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        for path in _files(root, name):
            content = path.read_bytes()
            found[path.relative_to(root).as_posix()] = content
            if path.suffix == ".py":
                queue += _imported(content)
    return FileTree(found)


def top_names(root: Path, modules: Iterable[str]) -> set[str]:
    """The first parts of the modules that lie under `root`: names that no package of ours may take."""
    return {path.partition("/")[0].removesuffix(".py") for path in user_files(root, modules)}


def _files(root: Path, name: str) -> Iterator[Path]:
    module, package = root / f"{name}.py", root / name
    if module.is_file():
        yield module
    elif package.is_dir() and any(package.rglob("*.py")):
        for path in sorted(package.rglob("*")):
            parts = path.relative_to(root).parts
            if path.is_file() and not _LEFT_OUT.intersection(parts) and path.suffix != ".pyc":
                yield path


def _imported(content: bytes) -> list[str]:
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return []
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module.partition(".")[0])
    return names
