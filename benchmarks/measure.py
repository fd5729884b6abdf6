"""What whole processes take: wall, CPU and memory, rivals in turn, so that a busy moment meets all of them."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from math import log
from pathlib import Path
from statistics import median

from attrs import frozen


@frozen
class Cost:
    """Of one process and its children: seconds of wall and CPU, and bytes of memory at the peak."""

    wall: float
    cpu: float
    memory: int


def costs(commands: Mapping[str, Sequence[str]], *, cwd: Path, rounds: int, is_warmed: bool = True) -> dict[str, Cost]:
    """What each command costs, the median over the rounds. Every command must succeed.

    A round before the first warms caches and is not counted, unless that would take too long.
    """
    taken: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds + is_warmed):
        for name, command in commands.items():
            cost = once(command, cwd)
            if number >= is_warmed:
                taken[name].append(cost)
    return {
        name: Cost(median(c.wall for c in all_), median(c.cpu for c in all_), round(median(c.memory for c in all_)))
        for name, all_ in taken.items()
    }


def exponent(small: float, large: float, times: float) -> float:
    """By what power something grows when its size grows so many times."""
    return log(large / small) / log(times)


def once(command: Sequence[str], cwd: Path) -> Cost:
    """What a command costs that is run once in a folder; CalledProcessError where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=environment(cwd), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def environment(cwd: Path) -> dict[str, str]:
    """As a user has it: bytecode is kept, nothing of the checkout is put on the path; an Airflow of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
    return kept | {
        "AIRFLOW_HOME": str(cwd / "airflow"),
        "PREFECT_HOME": str(cwd / "prefect"),
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "900",
    }
