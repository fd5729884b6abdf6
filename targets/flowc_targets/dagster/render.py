"""The files of a Dagster project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flowc.emit.tree import FileTree
from flowc.target.templates import doc, templates
from flowc_targets.dagster.model import JobFile, Op, Project
from flowc_targets.dagster.names import KIT
from flowc_targets.project.backfills import SCRIPT

STEP = "    "


def render(project: Project) -> FileTree:
    """Definitions, jobs, support package, the user's files, README, packaging, tests."""
    print_ = templates("flowc_targets.dagster")
    package = f"src/{project.package}"
    names = sorted(flow.job for flow in project.traced.values())
    files: dict[str, str] = {
        "README.md": print_("README.md.j2", project=project),
        "dagster.yaml": print_("dagster.yaml.j2", project=project),
        "pyproject.toml": print_("pyproject.toml.j2", project=project, modules=_modules(project.files)),
        "tests/test_definitions.py": print_("test_definitions.py.j2", project=project, names=names),
        f"{package}/__init__.py": print_("init.py.j2", project=project),
        f"{package}/definitions.py": print_("definitions.py.j2", project=project),
        f"{package}/defs/__init__.py": print_("defs.py.j2"),
    }
    for job in project.jobs:
        files[job.path] = print_("job.py.j2", job=job, ops="\n".join(_ops(job)))
    if project.assets:
        files[f"{package}/defs/assets.py"] = _headed(project.assets, project)
    if project.script:
        files[f"{package}/{SCRIPT}.py"] = project.script
    kit = dict(project.kit.files)
    if project.connections:
        kit["connections.py"] = _headed(project.connections, project)
    return FileTree(files) | FileTree(kit).under(f"{package}/{KIT}") | _laid(project.files)


def _headed(lines: Sequence[str], project: Project) -> str:
    """A module that is written for the project, its header behind the first line."""
    return "\n".join([lines[0], "", project.header, *lines[1:]]) + "\n"


def _laid(files: FileTree) -> FileTree:
    """The user's files: Python packages and modules where the project's own are, data where it was."""
    code = {path.partition("/")[0] for path in files.files if path.endswith(".py")}
    return FileTree(
        {f"src/{path}" if path.partition("/")[0] in code else path: text for path, text in files.files.items()}
    )


def _modules(files: FileTree) -> list[str]:
    """The user's modules that are no packages."""
    return sorted(path.removesuffix(".py") for path in files.files if path.endswith(".py") and "/" not in path)


def _ops(job: JobFile) -> Iterator[str]:
    for op in job.ops:
        yield from _op(op)


def _op(op: Op) -> Iterator[str]:
    """Not in a template: a string of several lines must not be indented with the code around it."""
    yield ""
    yield ""
    yield op.head
    if op.decorator:
        yield f"@{op.decorator}"
    yield f"{op.signature}:" + (f"  # {op.comment}" if op.comment else "")
    if op.doc:
        yield STEP + doc(op.doc, len(STEP))
    for line in op.body or (() if op.doc else ("pass",)):
        yield STEP + line if line else ""
