"""Values that later runs of a task take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from .keeping import key_of, packed, unpacked
from .statements import Statement
from .store import encoded, read, write
from .values import decode


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
    key = key_of(task, output, [part.parts if isinstance(part, Statement) else part for part in parts])
    said = read(task, key)
    if said is not None and (found := unpacked(said, keep)):
        return decode(found[0] or "null")
    value = call()
    write(task, key, packed(encoded(value, output)))
    return value
