"""The files of a Prefect project."""

from __future__ import annotations

from flowc.emit.tree import FileTree
from flowc.target.templates import templates
from flowc_targets.prefect.deployments import as_yaml
from flowc_targets.prefect.model import Project
from flowc_targets.prefect.names import KIT
from flowc_targets.prefect.printing import source


def render(project: Project) -> FileTree:
    """Flows, deployments, support package, the user's files, README, pyproject, tests."""
    print_ = templates("flowc_targets.prefect")
    files: dict[str, str] = {
        "README.md": print_("README.md.j2", project=project),
        "prefect.yaml": as_yaml(project),
        "requirements.txt": "\n".join(project.requirements) + "\n",
        "flows/__init__.py": '"""The flows of this project."""\n',
        "tests/test_flows.py": print_("test_flows.py.j2", project=project),
    }
    for flow in project.flows:
        files[flow.path] = print_("flow.py.j2", flow=flow, functions=source(flow))
    if project.script:
        files["backfill.py"] = project.script
    kit = dict(project.kit.files)
    if project.connections:
        kit["connections.py"] = "\n".join(project.connections) + "\n"
    return FileTree(files) | FileTree(kit).under(KIT) | project.files
