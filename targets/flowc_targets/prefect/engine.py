"""Real Prefect runs: starts the environment's Python on `inside/` and hands back what the Prefect server recorded.

Loading Prefect and starting its server costs some ten seconds, a run half a second and each task a twentieth: give
many jobs at once.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from flowc.target.contract import EngineError

INSIDE = Path(__file__).parent / "inside"

Record = dict[str, Any]
"""`id`; `status` finished, refused (bad params), broken (does not import), timeout or crashed; `error`; `runs`: the run
that was asked for and then those that it started (see inside/records.py).
"""


@frozen
class Job:
    """One run of one flow. `entrypoint` is `module:function` in the folder `project`; `timeout` is in seconds.

    `types` are those of the values of its tasks, by the tasks' names.
    """

    id: str
    project: Path
    entrypoint: str
    parameters: Mapping[str, Any] = field(factory=dict[str, Any])
    at: str | None = None
    env: Mapping[str, str] = field(factory=dict[str, str])
    pools: Mapping[str, int] = field(factory=dict[str, int])
    types: Mapping[str, str] = field(factory=dict[str, str])
    timeout: float = 120.0
    resumes: int = 0
    """How often the flow run is retried after its end."""


def run(jobs: Sequence[Job], *, python: Path, home: Path, workers: int = 2, timeout: float = 1800.0) -> list[Record]:
    """Run the jobs with the Prefect of `python`, at most `workers` at once; a record each, in the order of the jobs.

    `home` is a folder for all that is kept: the server's database, results, a log for each job.
    """
    if not jobs:
        return []
    home = home.resolve()
    for name in ("jobs", "server"):
        shutil.rmtree(home / name, ignore_errors=True)
        (home / name).mkdir(parents=True)
    answer, log = home / "records.jsonl", home / "engine.log"
    answer.unlink(missing_ok=True)
    specs = [_spec(job, home / "jobs" / f"{number}.log") for number, job in enumerate(jobs)]
    with log.open("wb") as output:
        engine = subprocess.Popen(
            [python, INSIDE, answer, home / "server", str(workers)],
            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, env=environment(home / "server"),
        )  # fmt: skip
        try:
            # not by a file: the variables of a run may be secrets
            engine.communicate(json.dumps(specs).encode(), timeout)
        except BaseException:
            engine.terminate()  # it kills what it started
            engine.wait(10)
            raise
    if engine.returncode:
        raise EngineError(f"Prefect ended with {engine.returncode}:\n{_tail(log)}")
    found = {record["id"]: record for record in _records(answer)}
    return [found[job.id] for job in jobs]


def _spec(job: Job, log: Path) -> dict[str, Any]:
    return {
        "id": job.id,
        "project": str(job.project.resolve()),
        "entrypoint": job.entrypoint,
        "parameters": dict(job.parameters),
        "at": job.at,
        "env": dict(job.env),
        "pools": dict(job.pools),
        "types": dict(job.types),
        "timeout": job.timeout,
        "resumes": job.resumes,
        "log": str(log),
    }


def environment(home: Path) -> dict[str, str]:
    """The variables of a process of the engine, which keeps all that it keeps in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "PYTHON"))}
    return kept | {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home}/prefect.db",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
    }


def _records(path: Path) -> Iterable[Record]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])
