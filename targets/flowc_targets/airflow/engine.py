"""Real Airflow runs: makes the database that jobs begin with, and starts the environment's Python on `inside/`.

Loading Airflow costs some five seconds, a job half a second and each attempt a quarter.
"""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from flowc.target.contract import EngineError
from flowc_targets.engines import process

INSIDE = Path(__file__).parent / "inside"


@frozen(kw_only=True)
class Job(process.Job):
    """One run of one DAG; its project is the folder that holds the DAG files."""

    dag_id: str
    conf: Mapping[str, Any] = field(factory=dict[str, Any])
    logical_date: str | None = None
    resumed: Sequence[Mapping[str, Any]] = ()
    """The DAGs whose runs are cleared to resume the run, its parts first: `dag_id`; `results`, the tasks that tell
    whether a fallback saved a task, by that one; `inner`, the tasks that stand for a part's run or a task of one."""


def run(jobs: Sequence[Job], *, python: Path, home: Path, workers: int, timeout: float) -> list[process.Record]:
    """Run the jobs with the Airflow of `python`, at most `workers` at once; a record each, in the order of the jobs.

    `home` is a folder for all that is kept: the migrated database, and a folder a job with its database and logs.
    """
    template = _template(python, home / "template")
    return process.run(
        "Airflow",
        jobs,
        inside=INSIDE,
        python=python,
        home=home,
        env=environment(template),
        workers=workers,
        timeout=timeout,
    )


def _template(python: Path, folder: Path) -> Path:
    """The home whose migrated database every job begins with a copy of; made once."""
    database = folder / "airflow.db"
    if not database.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [python, "-m", "airflow", "db", "migrate"]
        made = subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=False)
        if made.returncode:
            database.unlink(missing_ok=True)
            raise EngineError(f"airflow db migrate failed:\n{made.stderr[-2000:]}")
    return folder


def environment(home: Path) -> dict[str, str]:
    """The variables of a process of the engine, which keeps all that it keeps in `home`."""
    return process.variables("AIRFLOW", "_AIRFLOW") | {
        "AIRFLOW_HOME": str(home.resolve()),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home.resolve()}/airflow.db",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__MAX_MAP_LENGTH": "100000",
        # runs are asked for, never scheduled: a start in the past would fire at once
        "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.05",
        "AIRFLOW__TRACES__OTEL_ON": "False",
    }
