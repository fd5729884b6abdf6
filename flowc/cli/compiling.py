"""Files to compilations: files that cannot be read are told of, and each project is compiled by itself."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from flowc.cli.paths import shown
from flowc.diagnostics.codes import CODES, Severity
from flowc.diagnostics.model import Diagnostic, Problems
from flowc.diagnostics.reading import read_source
from flowc.diagnostics.suggest import closest
from flowc.source import Span

if TYPE_CHECKING:
    from flowc.compiler import Compilation, Project
    from flowc.ir.features import Feature
    from flowc.ir.graph import Program


@frozen
class Compiled:
    """What came of some files, a compilation for each project, and all that there is to say."""

    compilations: tuple[Compilation, ...]
    diagnostics: list[Diagnostic]


def compile_files(
    files: Sequence[Path],
    *,
    profile: str | None = None,
    flow: str | None = None,
    targets: Sequence[str] | None = None,
) -> Compiled:
    """Compile files of any number of projects; `targets` are asked what they cannot say, those of `flow.toml` if empty.

    What no target can say yet is told only where a target is named: a project may be written before it can be built.
    """
    from flowc.compiler import compile_sources, uncollected

    problems = Problems()
    compilations: list[Compilation] = []
    with uncollected():
        for paths in _by_project(files):
            sources = [(path, source) for path in paths if (source := read_source(path, problems))]
            if sources:
                compilation = compile_sources(sources, profile=profile, flow=flow, targets=targets or ())
                compilations.append(compilation)
                problems.extend(compilation.diagnostics)
                if compilation.program is not None and targets is not None:
                    for name in targets:
                        problems.extend(judged(compilation.program, name))
                    if not targets:
                        problems.extend(_of_project(compilation.program, compilation.project))
    return Compiled(tuple(compilations), problems.sorted())


# What one emulates or says less of, and its own words, are told where it is asked by name, and when it is built.
_AT_BUILD = ("FLOW610", "FLOW902", "FLOW903", "FLOW910")


def _of_project(program: Program, project: Project) -> Iterator[Diagnostic]:
    """What the targets that `flow.toml` names refuse, and blocks for targets that there are none of."""
    from flowc.target.contract import LATER

    for name in project.targets:
        missing = not_installed(name, project)
        found = [missing] if missing else judged(program, name, leaving=LATER)
        yield from (diagnostic for diagnostic in found if diagnostic.code.number not in _AT_BUILD)


def judged(program: Program, name: str, *, leaving: Container[Feature] = ()) -> list[Diagnostic]:
    """What a target cannot say of a program, some features left out. A target that does not exist is FLOW906."""
    from flowc.target.legalise import legalise
    from flowc.target.registry import target, target_names

    if missing := not_installed(name):
        return [missing]
    problems = Problems()
    legalise(target(name), program, problems, known=target_names(), leaving=leaving)
    return problems.sorted()


def not_installed(name: str, project: Project | None = None) -> Diagnostic | None:
    """FLOW906 for a target that does not exist, at its place in the settings of the project that names it."""
    from flowc.target.registry import target_names

    known = target_names()
    if name in known:
        return None
    near = closest(name, known)
    help_ = f"did you mean `{near}`?" if near else f"there are {', '.join(known)}"
    place = _in_settings(project, name) if project else None
    return Diagnostic(CODES["FLOW906"], f"no target `{name}` is installed", place, helps=(help_,))


def _in_settings(project: Project, word: str) -> Span | None:
    settings = read_source(project.root / "flow.toml", Problems(), shown=shown(project.root / "flow.toml"))
    starts = [settings.text.find(quote + word + quote) for quote in ('"', "'")] if settings else []
    start = max(starts, default=-1)
    return Span(settings, start, start + len(word) + 2) if settings and start >= 0 else None


def _by_project(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Files of one `flow.toml` together; a file without one is a project of its own."""
    groups: dict[Path, list[Path]] = {}
    for path in files:
        groups.setdefault(_root(path) or path, []).append(path)
    yield from groups.values()


def _root(file: Path) -> Path | None:
    folders = file.resolve().parents
    return next((folder for folder in folders if (folder / "flow.toml").is_file()), None)


def compile_one(path: str, *, profile: str | None = None, flow: str | None = None) -> Compilation:
    """Compile one file, or the project in a folder; what there is to say goes to standard error.

    Raises click.UsageError where the folder holds several projects, and exits with 1 where nothing could be read.
    """
    from flowc.cli import report
    from flowc.cli.inputs import flow_files

    compiled = compile_files(flow_files([path]), profile=profile, flow=flow)
    report.show(compiled.diagnostics)
    return one_project(compiled)


def to_be_run(path: str, *, profile: str | None, flow: str | None) -> tuple[Program, str]:
    """The flow that is meant, with those that it runs, and its name; exits with 1 where it cannot be run natively."""
    from flowc.cli.choosing import flow_named, only

    compilation = compile_one(path, profile=profile, flow=flow)
    if compilation.program is None:
        raise click.exceptions.Exit(1)
    name = flow_named(compilation.mains, flow)
    return run_natively(only(compilation.program, name)), name


def run_natively(program: Program) -> Program:
    """The program, once the user is told what is to be said of running it; exits with 1 where it cannot be."""
    from flowc.cli import report

    found = judged(program, "native")
    report.show([diagnostic for diagnostic in found if diagnostic.severity is not Severity.INFO])
    if report.exit_code(found):
        raise click.exceptions.Exit(1)
    return program


def one_project(compiled: Compiled) -> Compilation:
    """The only compilation. Raises click.UsageError where there are several; exits with 1 where there is none."""
    if len(compiled.compilations) > 1:
        raise click.UsageError("These files belong to several projects. Name one of them, or a file.")
    if not compiled.compilations:
        raise click.exceptions.Exit(1)
    return compiled.compilations[0]
