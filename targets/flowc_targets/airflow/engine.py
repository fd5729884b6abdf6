"""Real Airflow runs: starts the environment's Python on `inside/` and hands back what Airflow recorded.

Loading Airflow costs some five seconds, a job half a second and each attempt a quarter: give many jobs at once.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from flowc.target.contract import EngineError

INSIDE = Path(__file__).parent / "inside"

Record = dict[str, Any]
"""`id`; `status` finished, refused (bad params), broken (does not import), timeout or crashed; `error`; `runs`: the run
that was asked for and then those that it started, each with `state`, `instances` and `values` (see inside/records.py).
"""


@frozen
class Job:
    """One run of one DAG. `project` is the folder that holds the DAG files; `timeout` is in seconds."""

    id: str
    project: Path
    dag_id: str
    conf: Mapping[str, Any] = field(factory=dict[str, Any])
    logical_date: str | None = None
    env: Mapping[str, str] = field(factory=dict[str, str])
    pools: Mapping[str, int] = field(factory=dict[str, int])
    timeout: float = 120.0
    resumes: int = 0
    """How often what failed is cleared, with all downstream of it."""
    results: Mapping[str, str] = field(factory=dict[str, str])
    """The tasks that tell whether a fallback saved a task, by that one."""


def run(
    jobs: Sequence[Job],
    *,
    python: Path,
    home: Path,
    workers: int = 2,
    timeout: float = 1800.0,
    on_record: Callable[[Record], None] | None = None,
) -> list[Record]:
    """Run the jobs with the Airflow of `python`, at most `workers` at once; a record each, in the order of the jobs.

    `home` is a folder for all that is kept: the migrated database, and a folder a job with its database and logs.
    """
    if not jobs:
        return []
    template = _template(python, home)
    specs = [_spec(job, home / "jobs" / str(index), template) for index, job in enumerate(jobs)]
    answer, log = home / "records.jsonl", home / "engine.log"
    answer.unlink(missing_ok=True)
    with log.open("wb") as output:
        engine = subprocess.Popen(
            [python, INSIDE, answer, str(workers)],
            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, env=environment(template.parent),
        )  # fmt: skip
        try:
            # not by a file: the variables of a run may be secrets
            engine.communicate(json.dumps(specs).encode(), timeout)
        except BaseException:
            engine.terminate()  # it kills what it started
            engine.wait(10)
            raise
    if engine.returncode:
        raise EngineError(f"Airflow ended with {engine.returncode}:\n{_tail(log)}")
    found = {record["id"]: record for record in _records(answer)}
    if on_record:
        for record in found.values():
            on_record(record)
    return [found[job.id] for job in jobs]


def _spec(job: Job, home: Path, template: Path) -> dict[str, Any]:
    shutil.rmtree(home, ignore_errors=True)  # an old database's write-ahead log would be replayed over the new copy
    home.mkdir(parents=True)
    return {
        "id": job.id,
        "project": str(job.project.resolve()),
        "dag_id": job.dag_id,
        "conf": dict(job.conf),
        "logical_date": job.logical_date,
        "env": dict(job.env),
        "pools": dict(job.pools),
        "timeout": job.timeout,
        "resumes": job.resumes,
        "results": dict(job.results),
        "home": str(home.resolve()),
        "template": str(template.resolve()),
    }


def _template(python: Path, home: Path) -> Path:
    """The migrated database that every job begins with; made once for a home."""
    folder = home / "template"
    database = folder / "airflow.db"
    if not database.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [python, "-m", "airflow", "db", "migrate"]
        made = subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=False)
        if made.returncode:
            database.unlink(missing_ok=True)
            raise EngineError(f"airflow db migrate failed:\n{made.stderr[-2000:]}")
    return database


def environment(home: Path) -> dict[str, str]:
    """The variables of a process of the engine, which keeps all that it keeps in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "_AIRFLOW", "PYTHON"))}
    return kept | {
        "AIRFLOW_HOME": str(home.resolve()),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home.resolve()}/airflow.db",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__MAX_MAP_LENGTH": "100000",
        # runs are asked for, never scheduled: a start in the past would fire at once
        "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.05",
        "AIRFLOW__TRACES__OTEL_ON": "False",
    }


def _records(path: Path) -> Iterable[Record]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])
