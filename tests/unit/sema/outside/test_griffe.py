"""What we read of Python's text, against what griffe reads of it: its index is the witness for our own reader."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import griffe
import pytest

from flowc.sema.outside.python import PythonIndex
from flowc.sema.outside.signatures import PythonFunction

KINDS = {
    griffe.ParameterKind.positional_only: "positional_only",
    griffe.ParameterKind.positional_or_keyword: "positional",
    griffe.ParameterKind.keyword_only: "keyword",
    griffe.ParameterKind.var_positional: "var_positional",
    griffe.ParameterKind.var_keyword: "var_keyword",
}
# Of the standard library and of what is installed here: relative imports, stars, overloads, dataclasses, conditions.
MODULES = (
    *("argparse", "asyncio.tasks", "bisect", "calendar", "concurrent.futures.thread", "dataclasses", "email.message"),
    *("functools", "http.client", "importlib.metadata", "json", "logging", "pathlib", "shutil", "statistics", "typing"),
    *("black", "click.core", "jinja2.environment", "networkx.algorithms.dag", "rich.console", "sqlglot.helper"),
)


@pytest.mark.parametrize("module", MODULES)
def test_functions_and_their_parameters_are_those_that_griffe_finds(module: str) -> None:
    index = PythonIndex([])
    found = dict(functions(griffe.load(module, resolve_aliases=False, allow_inspection=False)))
    assert found
    for name, function in found.items():
        ours = index.function(module, name)
        assert isinstance(ours, PythonFunction), f"{module}:{name} is {ours}"
        if ours.has_known_signature:  # a decorator may change it, and griffe does not say so
            assert told(ours) == parameters(function), f"{module}:{name}"


def functions(module: griffe.Object | griffe.Alias) -> Iterator[tuple[str, griffe.Function]]:
    """The functions that the module itself defines; where it does so twice, griffe keeps the last, as Python does."""
    once = {name for name in module.members if defined(module.filepath).count(name) == 1}
    for name, member in module.members.items():
        if name in once and not member.is_alias and isinstance(member, griffe.Function):
            yield name, member


def defined(path: Path | list[Path] | None) -> list[str]:
    """The names of all functions of a file, wherever they stand."""
    assert isinstance(path, Path)
    tree = ast.parse(path.read_bytes())
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def told(function: PythonFunction) -> list[tuple[str, str, bool]]:
    return [(each.name, each.kind, each.has_default) for each in function.parameters]


def parameters(function: griffe.Function) -> list[tuple[str, str, bool]]:
    """As ours: whatever need not be given has a default."""
    found: list[tuple[str, str, bool]] = []
    for each in function.parameters:
        assert each.kind is not None
        kind = KINDS[each.kind]
        found.append((each.name, kind, each.default is not None))
    return found
