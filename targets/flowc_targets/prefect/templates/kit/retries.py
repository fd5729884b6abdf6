"""Which failures are followed by another attempt, and the pauses before it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from prefect import State, Task
from prefect.client.schemas import TaskRun

from .failures import failure_of
from .stopping import attempt


def retry_if(
    on: tuple[int | str, ...] = (), never: tuple[int | str, ...] = ()
) -> Callable[[Task[..., Any], TaskRun, State[Any]], bool]:
    """Whether another attempt may follow.

    `on` and `never` are HTTP statuses, exit codes and names of exceptions or their bases; `timeout` is the name of a
    timeout. Nothing follows once the run has to end; a pause that would last until then ends there.
    """

    def condition(task: Task[..., Any], task_run: TaskRun, state: State[Any]) -> bool:
        error = state.data
        found = failure_of(error) if isinstance(error, BaseException) else None
        if found and (found.matches(never) or (on and not found.matches(on))):
            return False
        stopping = attempt().stopping
        left = stopping.left()
        if stopping.reason is None and left is not None and _pause(task, task_run.run_count) >= left.total_seconds():
            time.sleep(max(0.0, left.total_seconds()) + 0.05)
        return stopping.reason is None

    return condition


def jittered(pauses: Sequence[float], at_most: float | None = None) -> list[float]:
    """Pauses multiplied by 0.5 to 1.5, drawn when the flow is loaded."""
    found = [pause * random.uniform(0.5, 1.5) for pause in pauses]
    return found if at_most is None else [min(pause, at_most) for pause in found]


def _pause(task: Task[..., Any], attempts: int) -> float:
    pauses = task.retry_delay_seconds
    if not isinstance(pauses, (list, tuple)):
        return float(pauses or 0)  # type: ignore[arg-type]
    return float(pauses[min(attempts, len(pauses)) - 1]) if pauses else 0.0
