"""Projects for Dagster, made from sources, examples and stories."""

from __future__ import annotations

from pathlib import Path

from flowc.cli.compiling import judged
from flowc.compiler import compile_paths, in_parts
from flowc.diagnostics import Problems
from flowc.emit.format import format_tree
from flowc.emit.tree import FileTree
from flowc.ir.graph import Program
from flowc.target.build import build
from flowc_targets.dagster import TARGET

ROOT = Path(__file__).parents[4]
EXAMPLES = ("01_tiny_etl", "02_fan_out_fan_in", "03_branching_fallback")
STORIES = (
    *("plain_chain", "coalesce", "deadline", "fallback_chain", "group_clauses", "handlers_of_failure", "http_requests"),
    *("loop_nested", "match", "nested_conditions", "params_of_every_type", "paths", "return_values", "secrets"),
    *(
        "subflow",
        "late_run",
        "notify",
        "policies",
        "sql_duckdb",
        "templates",
        "tolerate_nested",
        "waits",
        "wait_approval",
        "wait_asset",
    ),
)
SOURCES = {
    "events": ROOT / "tests" / "live" / "heard" / "events.flow",
    "filled": ROOT / "tests" / "live" / "filled" / "filled.flow",
    "aging": ROOT / "tests" / "live" / "waits" / "aging.flow",
    **{name: min((ROOT / "examples" / name).glob("*.flow"), key=lambda path: path.name) for name in EXAMPLES},
    **{name: ROOT / "tests" / "conformance" / name / "main.flow" for name in STORIES},
}


def project(name: str) -> FileTree:
    """What is written for an example or a story."""
    program = _program(SOURCES[name])
    assert not [found for found in judged(program, "dagster") if found.severity.value == "error"]
    return format_tree(_built(program))


def job(folder: Path, source: str, name: str = "f", *, most: int | None = None) -> str:
    """The module of a flow, from its source, in parts of `most` tasks; tasks may call functions of `work`."""
    (folder / "main.flow").write_text(source, "utf-8")
    (folder / "work.py").write_text("def same(x: int) -> int:\n    return x\n", "utf-8")
    program = _program(folder / "main.flow")
    tree = format_tree(_built(program if most is None else in_parts(program, most, nests=True)))
    return tree.text(next(path for path in tree if path.endswith(f"/defs/{name}.py")))


def _built(program: Program) -> FileTree:
    problems = Problems()
    tree = build(TARGET, program, problems)
    assert tree is not None, problems.sorted()
    return tree


def _program(path: Path) -> Program:
    compilation = compile_paths([path])
    assert compilation.program is not None, compilation.diagnostics
    return compilation.program
