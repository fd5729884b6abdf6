"""The same graphs as dag-factory has them, and how Airflow reads a folder."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.programs import above, clauses

READ = """
import logging, sys
from pathlib import Path
logging.disable(logging.ERROR)
sys.path.insert(0, str(Path(sys.argv[1]).resolve().parent))
from airflow.dag_processing.dagbag import DagBag
found = DagBag(sys.argv[1])
assert not found.import_errors, found.import_errors
assert sum(len(dag.tasks) for dag in found.dags.values()) >= int(sys.argv[2])
"""
"""A program that loads all DAGs of a folder, which must have so many tasks, and does nothing else."""


def dag_factory(tasks: int, folder: Path) -> None:
    """The files of dag-factory: the YAML, and the Python that loads it."""
    bash = "airflow.providers.standard.operators.bash.BashOperator"
    listed = [
        {
            "task_id": f"t{index:05d}",
            "operator": bash,
            "bash_command": f"echo {index}",
            "dependencies": [f"t{up:05d}" for up in above(index)],
            **({"retries": 3} if "retry" in clauses(index) else {}),
        }
        for index in range(tasks)
    ]
    # JSON is YAML, and the quickest of it to write.
    config = {"big": {"default_args": {"start_date": "2024-01-01"}, "schedule": None, "tasks": listed}}
    folder.mkdir(parents=True)
    (folder / "big.yml").write_text(json.dumps(config, indent=1), "utf-8")
    loader = "from pathlib import Path\n\nfrom dagfactory import load_yaml_dags\n\n"
    loader += (
        'load_yaml_dags(globals_dict=globals(), config_filepath=str(Path(__file__).resolve().with_name("big.yml")))\n'
    )
    (folder / "big.py").write_text(f"# airflow dag\n{loader}", "utf-8")
