"""The files of a native project."""

from __future__ import annotations

from flowc.emit.tree import FileTree
from flowc.target.templates import templates
from flowc_targets.native.lower import RUNTIME
from flowc_targets.native.model import FlowPackage, NativeProject
from flowc_targets.native.printing import source


def render(project: NativeProject) -> FileTree:
    """Packages, README, requirements, a test; the runner inside of the only flow's package, or beside several."""
    print_ = templates("flowc_targets.native")
    single = len(project.flows) == 1
    home = f"{project.flows[0].package}/runtime" if single else RUNTIME
    files: dict[str, str] = {"README.md": print_("README.md.j2", project=project, home=home)}
    if project.requirements:
        files["requirements.txt"] = "\n".join(project.requirements) + "\n"
    files["tests/__init__.py"] = ""
    for flow in project.flows:
        runtime = ".runtime" if single else RUNTIME
        here = {"flow": flow, "runtime": runtime, "digest": project.digest}
        files[f"{flow.package}/__init__.py"] = print_("init.py.j2", **here)
        files[f"{flow.package}/__main__.py"] = print_("main.py.j2", **here)
        files[f"{flow.package}/flow.py"] = _header(flow, project) + source(flow.module, runtime)
        files[f"tests/test_{flow.package}.py"] = print_("test_flow.py.j2", **here, absolute=_absolute(flow, runtime))
    return FileTree(files) | project.user_files | project.runtime.under(home)


def _header(flow: FlowPackage, project: NativeProject) -> str:
    return f"# Made by flowc from {flow.origin}, digest {project.digest}. Change that file, not this one.\n"


def _absolute(flow: FlowPackage, runtime: str) -> str:
    return f"{flow.package}{runtime}" if runtime.startswith(".") else runtime
