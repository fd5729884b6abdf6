"""`flowc build`: a project for an engine, written to a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowc.cli import report
from flowc.cli.choosing import flow_named, in_parts, only, target_named
from flowc.cli.compiling import compile_one, not_installed
from flowc.cli.simplified import simplified
from flowc.diagnostics.codes import Severity
from flowc.diagnostics.model import Problems

if TYPE_CHECKING:
    from flowc.emit.write import Stale, Written
    from flowc.ir.graph import Program
    from flowc.target.contract import AnyTarget

_MANY = 12


@click.command("build")
@click.argument("path", metavar="FILE")
@click.option("--target", "names", multiple=True, metavar="T", help="What to build for; else what flow.toml says.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Where to; else build/TARGET.")
@click.option("--flow", metavar="NAME", help="Build this flow and those that it runs; else all of the file.")
@click.option("--profile", metavar="P", help="Build with the settings of this profile.")
@click.option("--explain", is_flag=True, help="Write nothing; say what is native, what emulated, what was simplified.")
@click.option("--verbose", is_flag=True, help="With --explain: every change, not the first of each sort alone.")
@click.option("--check", is_flag=True, help="Write nothing; fail where the folder is not what would be written.")
@click.option("--fuse", is_flag=True, help="Run a task and the only one that follows it as one; --explain says which.")
@click.option("--split", "most", type=click.IntRange(1), metavar="N", help="Split flows of more than N tasks.")
@click.option("--whole", is_flag=True, help="Split no flow, however large.")
@click.option("--force", is_flag=True, help="Overwrite files that others wrote or changed.")
def command(
    path: str,
    names: Sequence[str],
    output: Path | None,
    flow: str | None,
    profile: str | None,
    explain: bool,
    check: bool,
    verbose: bool,
    fuse: bool,
    most: int | None,
    whole: bool,
    force: bool,
) -> int:
    """Write a project for an engine.

    FILE is a .flow file, or a folder for all files below.
    """
    for name in names:
        target_named(name)
    compilation = compile_one(path, profile=profile, flow=flow)
    program = compilation.program
    if program is None:
        return report.exit_code(compilation.diagnostics)
    if flow is not None:
        program = only(program, flow_named(compilation.mains, flow))
    if fuse:
        from flowc.compiler import fused

        program = fused(program)
    from flowc.compiler import uncollected

    chosen = names or compilation.project.targets
    if whole and most is not None:
        raise click.UsageError("`--whole` splits nothing: give it, or `--split`.")
    if verbose and not explain:
        raise click.UsageError("`--verbose` says more of what `--explain` says: give both.")
    code = 0
    for name in chosen:
        folder = output or Path("build")
        folder = folder if output and len(chosen) == 1 else folder / name
        if name not in names and (missing := not_installed(name, compilation.project)):
            report.show([missing])
            code = 1
            continue
        target = target_named(name)
        parts = program if whole else in_parts(program, target, most)
        if explain:
            click.echo("\n".join(_account(target, parts)))
        else:
            with uncollected():
                code = max(code, _build(target, parts, folder, force=force, check=check))
    if explain:
        built = {graph.name for graph in program.graphs}
        for graph in compilation.graphs:
            if graph.name in built:
                click.echo("\n".join(simplified(graph, is_whole=verbose, is_fused=fuse)))
    return code


def _build(target: AnyTarget, program: Program, folder: Path, *, force: bool, check: bool) -> int:
    from flowc.emit.format import format_tree
    from flowc.emit.write import OccupiedError, compare, write
    from flowc.target.build import build
    from flowc.target.registry import target_names

    problems = Problems()
    tree = build(target, program, problems, known=target_names())
    found = problems.sorted()
    report.show([diagnostic for diagnostic in found if diagnostic.severity is not Severity.INFO])
    if tree is None:
        return 1
    if check:
        stale = compare(format_tree(tree), folder)
        click.echo(_judged(stale, folder))
        return int(bool(stale))
    try:
        written = write(format_tree(tree), folder, force=force)
    except OccupiedError as error:
        listed = "".join(f"\n  {path}" for path in error.paths)
        raise click.ClickException(
            f"{folder} has files that flowc did not write, or that were changed since; nothing is written.{listed}\n"
            "Move them, choose another folder with -o, or overwrite them with --force."
        ) from error
    except OSError as error:
        raise click.ClickException(f"cannot write to {folder}: {error.strerror or error}") from error
    click.echo(_said(written, folder))
    emulated = sum(diagnostic.severity is Severity.INFO for diagnostic in found)
    if emulated:
        sys.stderr.write(f"{emulated} emulated: `flowc build --explain --target {target.name}` says what and how\n")
    return 0


def _judged(stale: Stale, folder: Path) -> str:
    lines = [f"  missing  {path}" for path in _folded(stale.missing)]
    lines += [f"  old      {path}" for path in _folded(stale.old)]
    lines += [f"  edited   {path} (not as flowc wrote it)" for path in stale.edited]
    lines += [f"  spare    {path} (no longer made)" for path in stale.spare]
    return "\n".join([f"{folder}: {'not what the source says' if stale else 'up to date'}", *lines])


def _said(written: Written, folder: Path) -> str:
    lines = [f"  wrote    {path}" for path in _folded(written.changed)]
    lines += [f"  removed  {path}" for path in _folded(written.removed)]
    lines += [f"  left     {path} (no longer made, but changed since)" for path in written.left]
    count = len(written.changed) + len(written.unchanged)
    return "\n".join([f"{folder}: {count} files, {len(written.changed)} written", *lines])


def _folded(paths: Sequence[str]) -> Iterator[str]:
    """The paths, but a folder once where many of its files are among them."""
    folders = [path.rpartition("/")[0] for path in paths]
    for folder, group in groupby(zip(folders, paths, strict=True), key=lambda pair: pair[0]):
        inside = [path for _, path in group]
        if folder and len(inside) > _MANY:
            yield f"{folder}/ ({len(inside)} files)"
        else:
            yield from inside


def _account(target: AnyTarget, program: Program) -> Iterator[str]:
    from flowc.target.report import account, detail, word

    if target.supported:
        lacking = target.supported.lacking(program)
        runs = [version.name for version in target.supported.every if version.name not in lacking]
        yield f"runs on {target.engine} {', '.join(runs)}"
        yield from (f"  not on {name}: {why}" for name, why in lacking.items())
    rows = account(target, program)
    wide = max((len(row.feature.name) for row in rows), default=0)
    for graph in program.graphs:
        yield f"{graph.name} on {target.name}"
        for row in (row for row in rows if row.flow == graph.name):
            where = f" [{', '.join(row.nodes)}]" if row.nodes else ""
            yield f"  {row.feature.name:{wide}}  {word(row.answer):<8}  {detail(row.answer)}{where}".rstrip()
