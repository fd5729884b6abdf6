"""Values that a task's later runs take: each is kept in a variable of Airflow's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from airflow.sdk import Variable

from .keeping import key_of, packed, unpacked


def kept(
    task: str,
    parts: Sequence[Any],
    call: Callable[[], Any],
    *,
    output: str | None = None,
    keep: timedelta | None = None,
) -> Any:
    """The value of an earlier success with equal parts, or else of the call, which is kept then.

    `task` is its name, with its flow's, `output` its type, `keep` how long a value can be taken.
    """
    key = f"kept.{task}.{key_of(task, output, parts)[:32]}"
    found = unpacked(Variable.get(key, default=None), keep)
    if found:
        return found[0]
    value = call()
    Variable.set(key, packed(value, None), description=f"what {task} gave, for its later runs")
    return value
