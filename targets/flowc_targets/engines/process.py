"""Runs jobs on a real engine: starts the Python of its environment on `inside/`, and hands back what it recorded.

Loading an engine costs seconds: give many jobs at once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from attrs import asdict, field, frozen

from flowc.target.contract import EngineError

INSIDE = Path(__file__).parent / "inside"

Record = dict[str, Any]
"""`id`; `status` finished, refused (bad params), broken (does not load), timeout or crashed; `error`; `runs`: the run
that was asked for and then those that it started, each as the target's `records.py` tells it.
"""


@frozen(kw_only=True)
class Job:
    """One run of a flow of a project that lies in a folder; a target says more. `timeout` is in seconds."""

    id: str
    project: Path
    env: Mapping[str, str] = field(factory=dict[str, str])
    pools: Mapping[str, int] = field(factory=dict[str, int])
    timeout: float
    resumes: int = 0
    """How often it is resumed from failure, as the engine does that."""


def run(
    engine: str,
    jobs: Sequence[Job],
    *,
    inside: Path,
    python: Path,
    home: Path,
    env: Mapping[str, str],
    workers: int,
    timeout: float,
) -> list[Record]:
    """Run the jobs, at most `workers` at once; a record each, in the order of the jobs. Raises EngineError.

    `inside` is the folder of the target that knows the engine (see `inside/__main__.py`); `home` is for all that is
    kept, a folder a job among it; `env` are the variables of the process.
    """
    specs = [_spec(job, home / "jobs" / str(index)) for index, job in enumerate(jobs)]
    answer, log = home / "records.jsonl", home / "engine.log"
    answer.unlink(missing_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [python, INSIDE, inside, answer, str(workers)],
            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, env=dict(env),
        )  # fmt: skip
        try:
            # not by a file: the variables of a run may be secrets
            process.communicate(json.dumps(specs, default=_plain).encode(), timeout)
        except BaseException:
            process.terminate()  # it kills what it started
            process.wait(20)
            raise
    if process.returncode:
        raise EngineError(f"{engine} ended with {process.returncode}:\n{_tail(log)}")
    records = [json.loads(line) for line in answer.read_text("utf-8").splitlines()]
    found: dict[str, Record] = {record["id"]: record for record in records}
    return [found[job.id] for job in jobs]


def variables(*others: str) -> dict[str, str]:
    """The variables of this process without those of Python, and without the engine's own, which begin so."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", *others))}


def _spec(job: Job, home: Path) -> dict[str, Any]:
    shutil.rmtree(home, ignore_errors=True)  # an old database's write-ahead log would be replayed over a new copy
    home.mkdir(parents=True)
    return {**asdict(job, recurse=False), "home": home}


def _plain(value: object) -> object:
    match value:
        case Path():
            return str(value.resolve())
        case Mapping():
            return dict(cast(Mapping[str, object], value))
        case _:
            raise TypeError(f"a job holds {value!r}")


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])
