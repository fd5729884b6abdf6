"""The stages in order: text, tree, analysed flows, graph, passes, and what a target makes of it.

Every stage is a function to a value or to problems; only `emit.write` touches a disk.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from flowc.diagnostics import CODES, Diagnostic, Problems, Severity
from flowc.diagnostics.allow import Allowance, unknown_allowances, unsilenced
from flowc.diagnostics.echoes import without_echoes
from flowc.ir.graph import Asset, Graph, Program
from flowc.sema import hir
from flowc.sema.project import Project, find_project
from flowc.source import Source
from flowc.syntax import ast

if TYPE_CHECKING:
    from flowc.ir.tests import Test
    from flowc.kinds import Kind
    from flowc.passes.base import Told
    from flowc.passes.split.division import Division
    from flowc.sema.past import Past


@frozen
class Compilation:
    """What came of some files: the stages that were reached, and everything there is to tell the user.

    `program` is None where there are errors.
    """

    project: Project
    diagnostics: tuple[Diagnostic, ...]
    files: dict[str, ast.File]
    sources: dict[str, Source]
    module: hir.Module | None = None
    graphs: tuple[Graph, ...] = ()
    program: Program | None = None
    mains: tuple[str, ...] = ()
    """The flows of the files that were given; the program has those that they run too."""

    @property
    def has_errors(self) -> bool:
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)


def compile_paths(
    paths: Sequence[Path],
    *,
    profile: str | None = None,
    flow: str | None = None,
    targets: Sequence[str] = (),
) -> Compilation:
    """Compile files of one project. OSError and UnicodeDecodeError where a file cannot be read."""
    sources = [(path, Source(str(path), path.read_text(encoding="utf-8"))) for path in paths]
    return compile_sources(sources, profile=profile, flow=flow, targets=targets)


def compile_text(text: str, path: str = "input.flow", *, profile: str | None = None) -> Compilation:
    """Compile a text as if it were the file `path`."""
    return compile_sources([(Path(path), Source(path, text))], profile=profile)


def check_text(text: str, path: str = "input.flow") -> list[Diagnostic]:
    """What there is to say of a text."""
    return list(compile_text(text, path).diagnostics)


def compile_sources(
    sources: Sequence[tuple[Path, Source]],
    *,
    profile: str | None = None,
    flow: str | None = None,
    targets: Sequence[str] = (),
) -> Compilation:
    """Compile sources that were read; imports are read from the project's folder."""
    return finished(check_sources(sources, profile=profile))


def check_sources(
    sources: Sequence[tuple[Path, Source]],
    *,
    profile: str | None = None,
    parse: Callable[[Source, Problems], ast.File] | None = None,
    past: Past | None = None,
    kinds: dict[str, Kind] | None = None,
) -> Compilation:
    """What compiling has to tell, and the graphs; `finished` makes the program of it.

    `parse`, `past` and `kinds` are for who checks again and again: see `flowc.session`.
    """
    from flowc.sema.analyse import analyse
    from flowc.sema.build import build
    from flowc.sema.checks import check_module
    from flowc.sema.modules import Loader

    problems = Problems()
    project = find_project(sources[0][0], problems)
    loader = Loader(project.root, parse or _parse, problems, shown=_shown)
    mains = [loader.load(path, source) for path, source in sources]
    for path in project.files():
        loader.load(path)
    allowances = [allowance for held in loader.modules for allowance in _allowances(held.file)]
    unknown_allowances(((allowance.slug, allowance.span) for allowance in allowances), problems)
    files = {held.source.path: held.file for held in loader.modules}
    texts = {held.source.path: held.source for held in loader.modules}
    module: hir.Module | None = None
    graphs: tuple[Graph, ...] = ()
    try:
        module, analysis = analyse(loader, mains, project, profile, kinds or kinds_offered(), past)
        check_module(module, analysis, mains, problems)
        if not problems.has_errors:
            graphs = tuple(build(analysed) for analysed in module.flows)
            for graph in graphs:
                _look(graph, problems)
    except RecursionError:  # the depth of one expression is bounded when it is parsed, that of names in names is not
        problems.report(_too_deep())
    diagnostics = tuple(unsilenced(without_echoes(problems.sorted()), allowances, everywhere=project.allow))
    names = tuple(flow.name.text for main in mains for flow in main.each(ast.Flow))
    return Compilation(project, diagnostics, files, texts, module, graphs, None, names)


def kinds_offered() -> dict[str, Kind]:
    """All kinds by their words, ours and those that installed packages bring."""
    from flowc.kinds import BUILTIN
    from flowc.target.registry import outside_kinds

    return {**BUILTIN, **outside_kinds(BUILTIN)}


def finished(checked: Compilation) -> Compilation:
    """The compilation with its program, where there are no errors."""
    from flowc.passes.base import Pass
    from flowc.passes.pipeline import PIPELINE, run_passes

    if checked.has_errors or checked.module is None:
        return checked
    passes = tuple(step for step in PIPELINE if isinstance(step, Pass))
    try:
        lean = [found for each in checked.graphs if (found := run_passes(each, Problems(), pipeline=passes))]
    except RecursionError:
        return evolve(checked, diagnostics=(*checked.diagnostics, _too_deep()))
    return evolve(checked, program=Program(checked.project.name, tuple(lean), str(checked.project.root)))


def tested(compilation: Compilation) -> tuple[tuple[Test, ...], dict[str, Graph]]:
    """The tests in the files, and the flows that they are of, as they are written: no pass has touched these."""
    from flowc.sema.build import build

    if compilation.has_errors or compilation.module is None:
        return (), {}
    module = compilation.module
    graphs = {graph.name: graph for graph in (*compilation.graphs, *map(build, module.tested))}
    return module.tests, {name: _knowing(graph, module.assets) for name, graph in graphs.items()}


def _knowing(graph: Graph, assets: Sequence[Asset]) -> Graph:
    """The flow with assets that it has nothing to do with itself."""
    more = tuple(asset for asset in assets if graph.find_asset(asset.name) is None)
    return evolve(graph, assets=(*graph.assets, *more)) if more else graph


def _look(graph: Graph, problems: Problems) -> None:
    """What passes that change nothing report: they come before the others."""
    from flowc.passes.base import Look
    from flowc.passes.pipeline import PIPELINE

    for step in PIPELINE:
        found = Problems()
        if isinstance(step, Look):
            step.report(graph, found)
        problems.extend(found)
        if found.has_errors:
            return


def _too_deep() -> Diagnostic:
    said = "lets, functions or templates here are made of one another too deep to be read"
    return Diagnostic(CODES["FLOW101"], said)


@contextmanager
def uncollected() -> Generator[None]:
    """Without the collector of cycles: a program has none, and looking for them takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def told(graph: Graph, *, is_fused: bool = False) -> Iterator[tuple[str, Told]]:
    """What each pass, by its name, makes of the graph of a flow without errors."""
    from flowc.passes import pipeline

    steps = pipeline.FUSING if is_fused else pipeline.PIPELINE
    return ((step.name, said) for step, said in pipeline.told(graph, pipeline=steps))


def fused(program: Program) -> Program:
    """The program with neighbouring tasks run as one; `--explain` says which are no longer seen."""
    from flowc.passes.fuse import FUSE

    return evolve(program, graphs=tuple(FUSE.change(graph) for graph in program.graphs))


def in_parts(
    program: Program, most: int, *, nests: bool = False, tell: Callable[[Division], None] = lambda found: None
) -> Program:
    """The program with every flow split that has more than `most` tasks, or a group that is `separate`.

    `nests`: the parts are graphs in the same run, and no flows of their own. `tell` hears of each such flow how it is
    split, or why it stays whole.
    """
    from flowc.passes.split.division import split

    return split(program, most, nests=nests, tell=tell)


def division(graph: Graph, most: int, *, nests: bool = False) -> Division:
    """How a flow would be split."""
    from flowc.passes.split import division

    return division.division(graph, most, nests=nests)


def _parse(source: Source, problems: Problems) -> ast.File:
    from flowc.syntax.parse import parse

    file, found = parse(source)
    problems.extend(found)
    return file


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _allowances(file: ast.File) -> Iterator[Allowance]:
    """The `# flow: allow(...)` of a file, a slug each."""
    for allow in file.allows:
        yield from (Allowance(slug.text, slug.span, allow.line) for slug in allow.slugs)
