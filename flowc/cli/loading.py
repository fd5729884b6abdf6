"""The flows of a path as they are now, for a server that goes on while its files change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowc.cli.compiling import compile_files, judged, one_project
from flowc.cli.inputs import SKIPPED, flow_files
from flowc.cli.native import flows_of
from flowc.cli.report import exit_code
from flowc.diagnostics.codes import Severity
from flowc.diagnostics.render import render

if TYPE_CHECKING:
    from flowc.ir.graph import Program
    from flowc.serve.loading import Loaded, Project

_READ = (".flow", ".py", ".sql")
"""What a flow is compiled from, and its tasks run, beside `flow.toml`."""


def project_of(path: str, *, profile: str | None, root: Path) -> Project:
    """The files of a path, whose project lies in `root`."""
    from flowc.serve.loading import Project

    return Project(lambda: _load(path, profile, root), lambda: tuple(_stamps(root)))


def loaded_of(program: Program) -> Loaded:
    """The flows of a program as a server runs them."""
    from flowc.ir.digest import digest
    from flowc.serve.loading import Loaded

    return Loaded(flows_of(program), {graph.name: digest(graph) for graph in program.graphs})


def _load(path: str, profile: str | None, root: Path) -> Loaded:
    """The flows; Mistakes in the words of the compiler where a command would say them and stop."""
    from flowc.cli.crash import diagnostic
    from flowc.cli.version import VERSION
    from flowc.serve.loading import Mistakes

    try:
        compiled = compile_files(flow_files([path]), profile=profile)
        program = one_project(compiled).program if compiled.compilations else None
        found = [*compiled.diagnostics, *(judged(program, "native") if program else ())]
    except click.ClickException as error:
        raise Mistakes(error.format_message()) from error
    except Exception as error:  # a bug of ours must not end a server that runs
        found, program = [diagnostic(error, [path])], None
    if program is None or not program.graphs or exit_code(found):  # a file that is empty is rather being written
        grave = [each for each in found if each.severity is Severity.ERROR]
        raise Mistakes(render(grave, "terminal", version=VERSION).strip() or f"{path}: there is no flow to run")
    if Path(program.root) != root:
        raise Mistakes(f"the project lies in {program.root} now and not in {root}: start the server anew")
    return loaded_of(program)


def is_unchanged(root: Path, since: float) -> bool:
    """Whether no file of the project is another one than it was at a time."""
    return all(changed < since * 1e9 for _, changed, _, _ in _stamps(root))


def _stamps(root: Path) -> Iterator[tuple[str, int, int, int]]:
    """What changes with a file of the project: its name, when it was changed or put there, its size, which it is."""
    for base, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
        for name in sorted(names):
            if name.endswith(_READ) or name == "flow.toml":
                try:
                    found = os.stat(os.path.join(base, name))
                except OSError:  # gone meanwhile
                    continue
                yield os.path.join(base, name), found.st_ctime_ns, found.st_size, found.st_ino
