"""The files of an Airflow project."""

from __future__ import annotations

from flowc.emit.tree import FileTree
from flowc.target.templates import templates
from flowc_targets.airflow.model import Project
from flowc_targets.airflow.names import KIT
from flowc_targets.airflow.printing import source


def render(project: Project) -> FileTree:
    """DAGs, support package, the user's files, README, requirements, tests."""
    print_ = templates("flowc_targets.airflow")
    beside = [*project.events, *([project.freshness] if project.freshness else [])]
    ids = [*(dag.id for dag in project.dags), *(dag.id for each in beside for dag in each.dags)]
    files: dict[str, str] = {
        ".airflowignore": print_("airflowignore.j2"),
        "README.md": print_("README.md.j2", project=project),
        "requirements.txt": "\n".join(project.requirements) + "\n",
        "tests/test_dags.py": print_("test_dags.py.j2", dag_ids=sorted(ids)),
    }
    for dag in project.dags:
        files[dag.path] = print_("dag.py.j2", dag=dag, items=source(dag.items))
    for each in beside:
        files[each.path] = print_("events.py.j2", each=each)
    kit = dict(project.kit.files)
    if project.connections:
        kit["connections.py"] = "\n".join(project.connections) + "\n"
    return FileTree(files) | FileTree(kit).under(KIT) | project.plugins.under("plugins") | project.files
