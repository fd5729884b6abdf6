"""Values that a task's later runs take: each is kept in the result storage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from prefect.results import get_result_store

from .keeping import key_of, packed, unpacked
from .masks import held
from .values import Mismatch, conform


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
    store = get_result_store()
    key = f"kept-{key_of(task, output, parts)}"
    if store.exists(key):
        found = unpacked(store.read(key).result, keep)
        if found:
            return found[0]
    value = call() if output is None else conform(call(), output)
    if secret := held(value):
        raise Mismatch(f"the value holds secret {secret}")
    store.write(packed(value, output), key=key)
    return value
