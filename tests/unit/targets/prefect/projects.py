"""Small flows as Prefect projects, for the tests of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flowc.compiler import compile_paths
from flowc.diagnostics import Problems
from flowc.emit.format import format_tree
from flowc.emit.tree import FileTree
from flowc.ir.graph import Program
from flowc.target.build import build
from flowc_targets.prefect import TARGET

WORK = """
def numbers() -> list[int]: return [1, 2]
def same(n: int) -> int: return n
def total(ns: list[int]) -> int: return sum(ns)
"""


def program(folder: Path, source: str) -> Program:
    """A compiled program, with the module `work` beside it."""
    (folder / "work.py").write_text(WORK, "utf-8")
    (folder / "main.flow").write_text(source, "utf-8")
    compilation = compile_paths([folder / "main.flow"])
    assert compilation.program is not None, [found.message for found in compilation.diagnostics]
    return compilation.program


def project(folder: Path, source: str) -> FileTree:
    """The files of the project, formatted."""
    problems = Problems()
    tree = build(TARGET, program(folder, source), problems)
    assert tree is not None, [found.message for found in problems.sorted()]
    return format_tree(tree)


def refusals(folder: Path, source: str) -> list[str]:
    """The errors that building gives."""
    problems = Problems()
    build(TARGET, program(folder, source), problems)
    return [found.message for found in problems.sorted() if found.severity.value == "error"]


def flow(folder: Path, source: str) -> str:
    """The only flow's file."""
    tree = project(folder, source)
    (path,) = (path for path in tree if path.startswith("flows/") and path != "flows/__init__.py")
    return tree.text(path)


# ------------------------------------------------------------------ whole projects

ROOT = Path(__file__).parents[4]
EXAMPLES = ("01_tiny_etl", "02_fan_out_fan_in", "03_branching_fallback")
STORIES = (
    *("plain_chain", "coalesce", "deadline", "fallback_chain", "group_clauses", "handlers_of_failure", "http_requests"),
    *("loop_nested", "match", "nested_conditions", "params_of_every_type", "paths", "return_values", "secrets"),
    *("subflow", "late_run", "notify", "policies", "pools_and_locks", "locks_by_element", "sql_duckdb", "templates"),
    *(
        "tolerate_nested",
        "waits",
        "wait_approval",
        "wait_asset",
        "checks",
        "expressions",
        "dates_and_times",
        "environment",
        "subflow_context",
    ),
)
SOURCES = {
    "events": ROOT / "tests" / "live" / "heard" / "events.flow",
    "aging": ROOT / "tests" / "live" / "waits" / "aging.flow",
    **{name: min((ROOT / "examples" / name).glob("*.flow"), key=lambda path: path.name) for name in EXAMPLES},
    **{name: ROOT / "tests" / "conformance" / name / "main.flow" for name in STORIES},
}


@cache
def whole(name: str) -> FileTree:
    """What is written for an example or a story."""
    compilation = compile_paths([SOURCES[name]])
    assert compilation.program is not None, [found.message for found in compilation.diagnostics]
    problems = Problems()
    tree = build(TARGET, compilation.program, problems)
    # an example's schedule may be one that Prefect keeps less well, which a user has to accept
    assert tree is not None, [found.message for found in problems.sorted()]
    return format_tree(tree)
