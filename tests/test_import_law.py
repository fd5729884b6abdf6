"""The map of the house: which room may import which, and which file owns which dependency."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A room sees itself and the rooms named here, no others. `flowc` is the package's own face, re-exporting the API.
SOURCE, DIAGNOSTICS = {"source"}, {"source", "diagnostics"}
IR = {*DIAGNOSTICS, "ir"}
LAW: dict[str, set[str]] = {
    "source": set(),
    "runtime": set(),
    "grammar": set(),
    "diagnostics": SOURCE,
    "ir": DIAGNOSTICS,
    "syntax": {*IR, "grammar"},
    "kinds": {*IR, "syntax"},  # an operand is read from the tree
    "target": {*IR, "kinds", "emit"},  # a target gives a FileTree
    "emit": DIAGNOSTICS,
    "sema": {*IR, "syntax", "kinds", "runtime"},  # what is known at build time is computed as a run would
    "passes": {*IR, "kinds"},
    "targets.project": {*IR, "target", "emit", "runtime"},  # what all targets that make a Python project share
    "targets.engines": {
        *IR,
        "target",
        "emit",
        "runtime",
        "targets.project",
    },  # what all run with
    # native lowers to what the runtime reads
    "targets": {*IR, "kinds", "target", "emit", "runtime", "targets.project", "targets.engines"},
    "inside": set(),  # what a target runs in its engine's environment: it knows that engine and nothing of the house
    "compiler": {*IR, "syntax", "kinds", "sema", "passes", "target", "emit"},
    "testing": {*IR, "compiler", "target", "runtime"},  # a test is a run of the native runner
    "pytest_plugin": {*IR, "compiler", "testing"},
    "session": {*IR, "syntax", "kinds", "sema", "compiler"},
    "flowc": {*IR, "compiler", "session"},
    "verify": {*IR, "compiler", "target", "emit", "runtime"},
    "history": {"runtime"},
    "telemetry": {"runtime"},
    "serve": {"runtime", "history"},
    "cli": {
        *IR,
        "syntax",
        "kinds",
        "compiler",
        "session",
        "target",
        "emit",
        "verify",
        "runtime",
        "history",
        "telemetry",
        "serve",
        "testing",
        "flowc",
    },
}

# Who may import a dependency, always inside a function: each costs 0.1 to 0.5 s, and `flowc --help` is instant.
OWNERS: dict[str, tuple[str, ...]] = {
    "lark": ("flowc/syntax/tables.py",),
    "networkx": ("flowc/ir/view.py", "flowc/history/drawing.py"),
    "jinja2": ("flowc/target/templates.py",),
    "black": ("flowc/emit/format.py",),
    "rich": ("flowc/cli/", "flowc/diagnostics/render/terminal.py"),
    "sqlglot": ("flowc/sema/outside/",),
    "duckdb": ("flowc/runtime/",),
    "psycopg": ("flowc/runtime/",),
    **dict.fromkeys(("dask", "distributed"), ("flowc/runtime/",)),
    "uvicorn": ("flowc/serve/",),
}
# These may stand at the top of a file: attrs everywhere but in the runtime, click in its only room.
EAGER: dict[str, tuple[str, ...]] = {"attrs": ("flowc/", "targets/"), "click": ("flowc/cli/",)}
# An extra: nothing but `flowc serve` imports its room.
EAGER |= dict.fromkeys(("fastapi", "pydantic"), ("flowc/serve/",))
# Another one: what sends is loaded where the environment asks for it.
EAGER |= {"opentelemetry": ("flowc/telemetry/signals.py", "flowc/telemetry/sending.py")}
# Nobody but pytest imports its plugin.
EAGER |= {"pytest": ("flowc/pytest_plugin.py",)}


def room(module: str) -> str | None:
    """The room of a dotted module name; None for what is not of the house. Each target is a room of its own."""
    match module.split("."):
        case ["flowc", "__main__"]:
            return "cli"
        case ["flowc", *rest]:
            return rest[0] if rest and rest[0] in LAW else "flowc"
        case ["flowc_grammar", *_]:
            return "grammar"
        case ["flowc_targets", _, "inside", *_]:
            return "inside"
        case ["flowc_targets", name, *_]:
            return f"targets.{name}"
        case ["flowc_targets"]:
            return "targets"
        case _:
            return None


def module_name(path: Path) -> str:
    parts = path.with_suffix("").parts[path.parts[0] in ("grammar", "targets") :]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.Module, package: str) -> Iterator[tuple[str, int, bool]]:
    """Every module that is imported, the line, and whether that happens as soon as the file is."""
    eager = {id(node) for top in tree.body if not isinstance(top, ast.If) for node in at_once(top)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) in eager
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            # `from flowc import compiler` names a module, `from flowc.compiler import build` does not.
            for name in [f"{module}.{alias.name}" for alias in node.names] if module == "flowc" else [module]:
                yield name, node.lineno, id(node) in eager


def at_once(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when the file is imported: not the bodies of functions and methods."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield node
        for inner in ast.iter_child_nodes(node):
            yield from at_once(inner)


def breaches(path: Path, text: str) -> list[str]:
    """What in the file at `path` (relative to the root) breaks the law, a line each."""
    module = module_name(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    here = room(module) or ""
    found: list[str] = []
    sees = LAW.get(here) or LAW.get(here.split(".")[0], set())
    for name, line, eager in sorted(imports(ast.parse(text), package), key=lambda each: each[1]):
        place, top = f"{path.as_posix()}:{line}", name.split(".")[0]
        there = room(name)
        if there is not None:
            if there != here and there not in sees:
                found.append(f"{place}: {here or module} may not import {there}")
        elif top in sys.stdlib_module_names or here == "inside":
            continue
        elif not path.as_posix().startswith(EAGER.get(top, OWNERS.get(top, ()))):
            found.append(f"{place}: {top} belongs to {' and '.join(EAGER.get(top, OWNERS.get(top, ()))) or 'nobody'}")
        elif top in EAGER and here == "runtime":
            found.append(f"{place}: the runtime has the standard library alone, not {top}")
        elif top in OWNERS and eager:
            found.append(f"{place}: import {top} inside the function that needs it")
    return found


FILES = sorted(
    file.relative_to(ROOT)
    for top in ("flowc", "grammar/flowc_grammar", "targets/flowc_targets")
    for file in (ROOT / top).rglob("*.py")
    if "templates" not in file.parts
)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_keep_the_law(path: Path) -> None:
    assert breaches(path, (ROOT / path).read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("path", "text", "breach"),
    [
        ("flowc/ir/graph.py", "from flowc.sema import hir", ":1: ir may not import sema"),
        ("flowc/ir/graph.py", "from ..sema.hir import Task", ":1: ir may not import sema"),
        ("flowc/ir/graph.py", "import flowc.cli", ":1: ir may not import cli"),
        ("flowc/ir/graph.py", "from flowc import compiler", ":1: ir may not import compiler"),
        ("flowc/ir/graph.py", "def f():\n    import lark", ":2: lark belongs to flowc/syntax/tables.py"),
        ("flowc/ir/graph.py", "import numpy", ":1: numpy belongs to nobody"),
        ("flowc/syntax/tables.py", "import lark", ":1: import lark inside the function that needs it"),
        ("flowc/syntax/tables.py", "class A:\n    import lark", ":2: import lark inside the function that needs it"),
        ("flowc/runtime/run.py", "import attrs", ":1: the runtime has the standard library alone, not attrs"),
        ("flowc/runtime/run.py", "from flowc.source import Span", ":1: runtime may not import source"),
        (
            "targets/flowc_targets/airflow/lower.py",
            "from flowc_targets.native import TARGET",
            ":1: targets.airflow may not import targets.native",
        ),
        (
            "targets/flowc_targets/airflow/inside/job.py",
            "import airflow\nfrom flowc.ir.graph import Graph",
            ":2: inside may not import ir",
        ),
        (
            "targets/flowc_targets/airflow/lower.py",
            "from flowc.syntax import ast",
            ":1: targets.airflow may not import syntax",
        ),
    ],
)
def test_a_breach_is_found(path: str, text: str, breach: str) -> None:
    assert breaches(Path(path), text) == [path + breach]


def test_what_the_law_allows_is_no_breach() -> None:
    text = "import os\nfrom attrs import frozen\nfrom flowc.ir.graph import Graph\ndef f():\n    import lark\n"
    assert breaches(Path("flowc/syntax/tables.py"), text) == []


def test_the_law_has_no_circle() -> None:
    """What a room may see never sees the room: the house has floors."""
    seen: dict[str, set[str]] = {}

    def below(name: str, path: tuple[str, ...] = ()) -> set[str]:
        assert name not in path, " -> ".join((*path, name))
        if name not in seen:
            seen[name] = LAW[name].union(*(below(other, (*path, name)) for other in LAW[name]))
        return seen[name]

    for name in LAW:
        below(name)


def test_every_room_stands_on_the_map() -> None:
    found = {room(module_name(path)) or "" for path in FILES}
    assert {name.split(".")[0] for name in found} <= LAW.keys()
