"""What is kept of a task from run to run: its value, under a key."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from .statements import Statement
from .values import decode, encode


def key_of(task: str, output: str | None, parts: Sequence[Any]) -> str:
    """The name of a value: the same for the same task with equal parts."""
    found = [part.parts if isinstance(part, Statement) else part for part in parts]
    return sha256(f"{task}\0{output}\0{encode(found)}".encode()).hexdigest()


def packed(value: Any, output: str | None) -> str:
    """A value and since when it is kept, as text."""
    return json.dumps({"time": time.time(), "value": encode(value, output or "any")})


def unpacked(said: str | None, keep: timedelta | None) -> tuple[Any] | None:
    """The value that was kept, if it is no older than that; else None."""
    if said is None:
        return None
    found = json.loads(said)
    is_old = keep is not None and time.time() - found["time"] > keep.total_seconds()
    return None if is_old else (decode(found["value"]),)
