"""Real Prefect runs: starts the environment's Python on `inside/` and hands back what the Prefect server recorded.

Loading Prefect and starting its server costs some ten seconds, a run half a second and each task a twentieth.
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from flowc_targets.engines import process

INSIDE = Path(__file__).parent / "inside"


@frozen(kw_only=True)
class Job(process.Job):
    """One run of one flow. `entrypoint` is `module:function` in its project's folder.

    `types` are those of the values of its tasks, by the tasks' names; `parts` the same of each of its parts.
    """

    entrypoint: str
    parameters: Mapping[str, Any] = field(factory=dict[str, Any])
    at: str | None = None
    types: Mapping[str, str] = field(factory=dict[str, str])
    parts: Mapping[str, Mapping[str, str]] = field(factory=dict[str, Mapping[str, str]])


def run(jobs: Sequence[Job], *, python: Path, home: Path, workers: int, timeout: float) -> list[process.Record]:
    """Run the jobs with the Prefect of `python`, at most `workers` at once; a record each, in the order of the jobs.

    `home` is a folder for all that is kept: the server's database, results, a log for each job.
    """
    server = home.resolve() / "server"
    shutil.rmtree(server, ignore_errors=True)
    server.mkdir(parents=True)
    return process.run(
        "Prefect",
        jobs,
        inside=INSIDE,
        python=python,
        home=home,
        env=environment(server),
        workers=workers,
        timeout=timeout,
    )


def environment(home: Path) -> dict[str, str]:
    """The variables of a process of the engine, which keeps all that it keeps in `home`."""
    return process.variables("PREFECT") | {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_LOCAL_STORAGE_PATH": str(home / "storage"),  # Prefect 3.7 keeps results in the user's home else
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home}/prefect.db",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
    }
