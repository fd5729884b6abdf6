"""`flowc emit`: what a stage of the compiler makes of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, assert_never

import click

from flowc.cli import report
from flowc.cli.choosing import target_named
from flowc.cli.compiling import compile_files, one_project
from flowc.cli.inputs import flow_files
from flowc.diagnostics.model import Problems

if TYPE_CHECKING:
    from flowc.compiler import Compilation
    from flowc.ir.graph import Graph, Program

Stage = Literal["ast", "hir", "graph", "program", "model", "files"]
STAGES: tuple[Stage, ...] = ("ast", "hir", "graph", "program", "model", "files")


@click.command("emit")
@click.argument("path", metavar="FILE")
@click.option("--stage", type=click.Choice(STAGES), required=True, help="After which stage to stop.")
@click.option("--target", "name", default="native", metavar="T", help="For model and files: the target [native].")
@click.option("--flow", metavar="NAME", help="This flow and those that it runs alone.")
@click.option("--profile", metavar="P", help="With the settings of this profile.")
def command(path: str, stage: Stage, name: str, flow: str | None, profile: str | None) -> int:
    """Print what a stage of the compiler makes of a file.

    \b
    ast      the text as a tree
    hir      names resolved, types known
    graph    what must happen, free of syntax and engines
    program  the same after the passes
    model    what a target makes of it
    files    the project that `build` would write
    """
    compiled = compile_files(flow_files([path]), profile=profile, flow=flow)
    report.show(compiled.diagnostics)
    if len(compiled.compilations) != 1:
        one_project(compiled)
        return 1
    shown = _shown(compiled.compilations[0], stage, name)
    if shown is None:
        return 1
    click.echo(shown.rstrip("\n"))
    return report.exit_code(compiled.diagnostics)


def _shown(compilation: Compilation, stage: Stage, name: str) -> str | None:
    """The stage as text; None where errors kept the compiler from reaching it."""
    match stage:
        case "ast":
            return "\n".join(f"# {path}\n{_tree(file)}" for path, file in compilation.files.items())
        case "hir":
            return _tree(compilation.module) if compilation.module else None
        case "graph":
            return _graphs(compilation.graphs)
        case "program":
            return _graphs(compilation.program.graphs) if compilation.program else None
        case "model" | "files":
            return _target(compilation.program, stage, name) if compilation.program else None
    assert_never(stage)


def _tree(value: object) -> str:
    from rich.pretty import pretty_repr

    return pretty_repr(value, max_width=120)


def _graphs(graphs: Sequence[Graph]) -> str | None:
    from flowc.ir.text import write

    return "\n".join(map(write, graphs)) if graphs else None


def _target(program: Program, stage: Literal["model", "files"], name: str) -> str | None:
    from flowc.emit.format import format_tree
    from flowc.target.build import lower
    from flowc.target.legalise import legalise
    from flowc.target.registry import target_names

    target, problems = target_named(name), Problems()
    legalise(target, program, problems, known=target_names())
    report.show([found for found in problems.sorted() if found.severity.value != "info"])
    if problems.has_errors:
        return None
    model = lower(target, program)
    return _tree(model) if stage == "model" else "\n".join(_files(format_tree(target.render(model)).items()))


def _files(files: Iterator[tuple[str, str | bytes]]) -> Iterator[str]:
    for path, content in files:
        yield f"# {path}\n{content if isinstance(content, str) else f'({len(content)} bytes)'}"
