"""Files to compilations: files that cannot be read are told of, and each project is compiled by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from flowc.diagnostics.model import Diagnostic, Problems

if TYPE_CHECKING:
    from flowc.compiler import Compilation


@frozen
class Compiled:
    """What came of some files, a compilation for each project, and all that there is to say."""

    compilations: tuple[Compilation, ...]
    diagnostics: list[Diagnostic]


def compile_files(
    files: Sequence[Path], *, profile: str | None = None, flow: str | None = None, targets: Sequence[str] = ()
) -> Compiled:
    """Compile files of any number of projects."""
    from flowc.compiler import compile_sources
    from flowc.diagnostics.reading import read_source

    problems = Problems()
    compilations: list[Compilation] = []
    for paths in _by_project(files):
        sources = [(path, source) for path in paths if (source := read_source(path, problems))]
        if sources:
            compilation = compile_sources(sources, profile=profile, flow=flow, targets=targets)
            compilations.append(compilation)
            problems.extend(compilation.diagnostics)
    return Compiled(tuple(compilations), problems.sorted())


def _by_project(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Files of one `flow.toml` together; a file without one is a project of its own."""
    groups: dict[Path, list[Path]] = {}
    for path in files:
        groups.setdefault(_root(path) or path, []).append(path)
    yield from groups.values()


def _root(file: Path) -> Path | None:
    folders = file.resolve().parents
    return next((folder for folder in folders if (folder / "flow.toml").is_file()), None)
