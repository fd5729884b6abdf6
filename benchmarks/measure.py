"""How long whole processes take: wall and CPU, rivals in turn, so that a busy moment meets all of them."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from attrs import frozen


@frozen
class Cost:
    """Seconds of one process and its children: the median over the rounds."""

    wall: float
    cpu: float


def costs(commands: Mapping[str, Sequence[str]], *, cwd: Path, rounds: int) -> dict[str, Cost]:
    """What each command costs. Every command must succeed; the first round warms caches and is not counted."""
    taken: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            cost = _once(command, cwd)
            if number:
                taken[name].append(cost)
    return {name: Cost(median(c.wall for c in all_), median(c.cpu for c in all_)) for name, all_ in taken.items()}


def _once(command: Sequence[str], cwd: Path) -> Cost:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=cwd, env=_environment(), stdout=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _environment() -> dict[str, str]:
    """As a user has it: bytecode is kept, nothing of the checkout is put on the path."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
