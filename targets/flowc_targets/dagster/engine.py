"""Real Dagster runs: starts the environment's Python on `inside/` and hands back what Dagster recorded.

Loading Dagster costs some two seconds, an instance one, each step a tenth.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen

from flowc_targets.engines import process

INSIDE = Path(__file__).parent / "inside"


@frozen(kw_only=True)
class Job(process.Job):
    """One run of one job; its project is the folder with pyproject.toml.

    `executor`: `fork` is Dagster's multiprocess executor, whose processes are forked; `spawn` the same as it is by
    itself; `in_process` runs one op after the other.
    """

    package: str
    job: str
    params: Mapping[str, Any] = field(factory=dict[str, Any])
    tags: Mapping[str, str] = field(factory=dict[str, str])
    executor: Literal["fork", "spawn", "in_process"] = "fork"


def run(jobs: Sequence[Job], *, python: Path, home: Path, workers: int, timeout: float) -> list[process.Record]:
    """Run the jobs with the Dagster of `python`, at most `workers` at once; a record each, in the order of the jobs."""
    return process.run(
        "Dagster",
        jobs,
        inside=INSIDE,
        python=python,
        home=home,
        env=environment(home),
        workers=workers,
        timeout=timeout,
    )


def environment(home: Path) -> dict[str, str]:
    """The variables of a process of the engine, which keeps all that it keeps in `home`."""
    return process.variables("DAGSTER") | {
        "DAGSTER_HOME": str(home.resolve()),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
    }
