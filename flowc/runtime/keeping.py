"""What is kept of a task from run to run (rule 24): its value, under a key. Where it lies is its keeper's matter."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from hashlib import sha256
from typing import Any

from .values import encode


def key_of(task: str, output: str | None, parts: Any) -> str:
    """The name of a value: the same for the same task with equal parts."""
    return sha256(f"{task}\0{output}\0{encode(parts)}".encode()).hexdigest()


def packed(value: str | None, **more: str) -> str:
    """An encoded value, and since when it is kept; `more` is for whoever looks at what there is."""
    return json.dumps({"value": value, "time": time.time(), **more})


def unpacked(said: str, keep: timedelta | None) -> tuple[str | None] | None:
    """The encoded value in a tuple, None where it is too old. Raises ValueError for what was never packed."""
    found = json.loads(said)
    is_old = keep is not None and time.time() - found["time"] > keep.total_seconds()
    return None if is_old else (found["value"],)
