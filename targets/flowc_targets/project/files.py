"""The user's files that a project needs: the modules that its tasks name, what these import, the data they speak of."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from flowc.emit.tree import FileTree
from flowc.ir.actions import Python
from flowc.ir.expr import Lit
from flowc.ir.graph import Program
from flowc.ir.reads import leaves
from flowc.ir.types import PATH

_LEFT_OUT = {"__pycache__", ".git", ".flowc", ".venv", "node_modules"}
LARGEST = 5_000_000
"""Bytes of a data file that still goes into a project; larger ones are for the deployment."""


def named_modules(program: Program) -> Iterator[str]:
    """The modules of the user's that tasks call."""
    for graph in program.graphs:
        for node in graph.nodes:
            if isinstance(node.action, Python) and node.action.module != "builtins":
                yield node.action.module


def named_paths(program: Program) -> Iterator[str]:
    """Paths that are written in the flows."""
    for graph in program.graphs:
        for leaf in (*leaves(graph.nodes), *leaves(graph.params), *leaves(graph.loops)):
            if isinstance(leaf, Lit) and leaf.type == PATH and isinstance(leaf.value, str):
                yield leaf.value


def user_files(root: Path, modules: Iterable[str], texts: Iterable[str]) -> FileTree:
    """Top-level packages and modules under `root`, whole, the files that their code names, and those that a text names
    or that lie in a folder that it names.
    """
    found, said = code_files(root, modules)
    for path in sorted({*_named(root, said, folders=False), *_named(root, texts, folders=True)}):
        found.setdefault(path.relative_to(root).as_posix(), path.read_bytes())
    return FileTree(found)


def code_files(root: Path, modules: Iterable[str]) -> tuple[dict[str, bytes], set[str]]:
    """Top-level packages and modules under `root`, whole, with all that they import from there; the texts in them."""
    found: dict[str, bytes] = {}
    queue, seen, said = [module.partition(".")[0] for module in modules], set[str](), set[str]()
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        for path in _files(root, name):
            content = path.read_bytes()
            found[path.relative_to(root).as_posix()] = content
            if path.suffix == ".py":
                imported, strings = _look_into(content)
                queue += imported
                said |= strings
    return found, said


def _files(root: Path, name: str) -> Iterator[Path]:
    module, package = root / f"{name}.py", root / name
    if module.is_file():
        yield module
    elif package.is_dir() and any(package.rglob("*.py")):
        yield from _below(package, root)


def _below(folder: Path, root: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        is_left_out = _LEFT_OUT.intersection(path.relative_to(root).parts) or path.suffix == ".pyc"
        if path.is_file() and not is_left_out:
            yield path


def _look_into(content: bytes) -> tuple[list[str], set[str]]:
    """The top-level names that a module imports, and its string constants."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return [], set()
    names: list[str] = []
    strings: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module.partition(".")[0])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.add(node.value)
    return names, strings


def _named(root: Path, texts: Iterable[str], *, folders: bool) -> Iterator[Path]:
    """Files, and the files of folders, that lie under the root and are named by one of the texts."""
    for text in texts:
        if not _is_relative(text):
            continue
        path = root / text
        if path.is_file():
            found = [path]
        elif folders and path.is_dir():
            found = list(_below(path, root))
        else:
            continue
        yield from (each for each in found if each.suffix != ".flow" and each.stat().st_size <= LARGEST)


def _is_relative(text: str) -> bool:
    if not text or len(text) > 200 or "\0" in text or "\n" in text:
        return False
    parts = PurePosixPath(text).parts
    return bool(parts) and parts[0] not in ("/", ".") and ".." not in parts
