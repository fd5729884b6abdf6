"""How long an engine takes to read what flowc built, and what people write for the same graph.

Reading alone, in a process that has imported the engine before: that is what its servers do again and again.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.byhand import BY_HAND
from benchmarks.measure import environment
from benchmarks.programs import layered

ENGINES = Path(__file__).parents[1] / ".engines"
SIZES = {"airflow": (1_000, 10_000), "dagster": (1_000,), "prefect": (1_000, 10_000)}
"""Dagster's own recursion ends at a chain of somewhat less than a thousand ops."""
ROUNDS = {1_000: 7, 10_000: 3}

_TIMED = """
began = time.process_time()
{read}
print(time.process_time() - began)
assert count >= int(sys.argv[1]), count
"""
READ = {
    "airflow": """
import logging, sys, time
logging.disable(logging.ERROR)
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, Param, task
@task
def first(): ...
with DAG("first"): first()
"""
    + _TIMED.format(
        read="""
found = DagBag("dags")
count = sum(len(dag.tasks) for dag in found.dags.values())
"""
    ),
    "dagster": """
import sys, time
import dagster as dg
from dagster import load_from_defs_folder
sys.path.insert(0, "src")
"""
    + _TIMED.format(
        read="""
from big.definitions import defs
count = len(defs().get_repository_def().get_job("big").all_node_defs)
"""
    ),
    "prefect": """
import sys, time
from prefect import flow, task
@task
def first(): ...
@flow
def none(): ...
"""
    + _TIMED.format(
        read="""
from flows import big
from prefect import Task
count = sum(isinstance(each, Task) for each in vars(big).values())
"""
    ),
}
"""A program that reads a project of the engine from the folder that it is in, and prints the CPU seconds of that."""


def loading(folder: Path) -> str:
    """A row for each engine and size."""
    rows = [_row(folder, engine, tasks) for engine, sizes in SIZES.items() for tasks in sizes]
    return "\n".join(
        [
            "| engine | tasks | by hand | as flowc built it | of by hand |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "CPU, median of " + ", ".join(f"{rounds} for {tasks:,} tasks" for tasks, rounds in ROUNDS.items()) + ".",
        ]
    )


def _row(folder: Path, engine: str, tasks: int) -> str:
    python = ENGINES / engine / "bin" / "python"
    if not python.exists():
        raise SystemExit(f"there is no environment of {engine}: `make bench` makes it")
    at = folder / f"{engine}{tasks}"
    at.mkdir()
    (at / "big.flow").write_text(layered(tasks), "utf-8")
    command = [sys.executable, "-m", "flowc", "build", "big.flow", "--target", engine, "-o", "built"]
    subprocess.run(command, cwd=at, check=True, capture_output=True, env=environment(at))
    BY_HAND[engine](tasks, at / "hand" / "dags" if engine == "airflow" else at / "hand")
    taken: dict[str, list[float]] = {"hand": [], "built": []}
    for _ in range(ROUNDS[tasks] + 1):  # the first compiles the bytecode
        for name, times in taken.items():
            times.append(_read(python, engine, tasks, at / name))
    hand, built = (median(times[1:]) for times in taken.values())
    return f"| {engine} | {tasks:,} | {hand:.2f} s | {built:.2f} s | {built / hand:.2f} |"


def _read(python: Path, engine: str, tasks: int, project: Path) -> float:
    command = [str(python), "-c", READ[engine], str(tasks)]
    environ = environment(project) | {"PYTHONPATH": str(project)}
    done = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{engine} does not read {project}:\n{done.stderr}")
    return float(done.stdout.split()[-1])
