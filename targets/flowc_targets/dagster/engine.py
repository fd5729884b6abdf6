"""Real Dagster runs: starts the environment's Python on `inside/` and hands back what Dagster recorded.

Loading Dagster costs some two seconds, an instance one, each step a tenth: give many jobs at once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen

from flowc.target.contract import EngineError

INSIDE = Path(__file__).parent / "inside"

Record = dict[str, Any]
"""`id`; `status` finished, refused (bad params), broken (does not load), timeout or crashed; `error`; `runs`: the run
that was asked for and then those that it started, each with `state`, `events` and `values` (see inside/records.py).
"""


@frozen
class Job:
    """One run of one job. `project` is the folder with pyproject.toml; `timeout` is in seconds.

    `executor`: `fork` is Dagster's multiprocess executor, whose processes are forked; `spawn` the same as it is by
    itself; `in_process` runs one op after the other.
    """

    id: str
    project: Path
    package: str
    job: str
    params: Mapping[str, Any] = field(factory=dict[str, Any])
    tags: Mapping[str, str] = field(factory=dict[str, str])
    env: Mapping[str, str] = field(factory=dict[str, str])
    pools: Mapping[str, int] = field(factory=dict[str, int])
    executor: Literal["fork", "spawn", "in_process"] = "fork"
    timeout: float = 180.0
    resumes: int = 0
    """How often it is re-executed from failure."""


def run(jobs: Sequence[Job], *, python: Path, home: Path, workers: int = 2, timeout: float = 1800.0) -> list[Record]:
    """Run the jobs with the Dagster of `python`, at most `workers` at once; a record each, in the order of the jobs."""
    if not jobs:
        return []
    specs = [_spec(job, home / "jobs" / str(index)) for index, job in enumerate(jobs)]
    answer, log = home / "records.jsonl", home / "engine.log"
    answer.unlink(missing_ok=True)
    with log.open("wb") as output:
        engine = subprocess.Popen(
            [python, INSIDE, answer, str(workers)],
            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, env=environment(home),
        )  # fmt: skip
        try:
            engine.communicate(json.dumps(specs).encode(), timeout)
        except BaseException:
            engine.terminate()  # it kills what it started
            engine.wait(10)
            raise
    if engine.returncode:
        raise EngineError(f"Dagster ended with {engine.returncode}:\n{_tail(log)}")
    records = [json.loads(line) for line in answer.read_text("utf-8").splitlines()]
    found: dict[str, Record] = {record["id"]: record for record in records}
    return [found[job.id] for job in jobs]


def _spec(job: Job, home: Path) -> dict[str, Any]:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    return {
        "id": job.id,
        "project": str(job.project.resolve()),
        "package": job.package,
        "job": job.job,
        "params": dict(job.params),
        "tags": dict(job.tags),
        "env": dict(job.env),
        "pools": dict(job.pools),
        "executor": job.executor,
        "timeout": job.timeout,
        "resumes": job.resumes,
        "home": str(home.resolve()),
    }


def environment(home: Path) -> dict[str, str]:
    """The variables of a process of the engine, which keeps all that it keeps in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAGSTER", "PYTHON"))}
    return kept | {"DAGSTER_HOME": str(home.resolve()), "DAGSTER_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])
