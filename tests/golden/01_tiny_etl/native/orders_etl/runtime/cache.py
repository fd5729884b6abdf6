"""Recorded values by key (rule 24): one file each, so that runs at the same time don't harm each other."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from .values import encode


class Cache:
    """The values under a state directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, key: str, keep: timedelta | None) -> tuple[str | None] | None:
        """The recorded value in a tuple, None where there is none or it is too old."""
        try:
            found = json.loads((self.folder / key).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        if keep is not None and time.time() - found["time"] > keep.total_seconds():
            return None
        return (found["value"],)

    def put(self, key: str, value: str | None) -> None:
        """Record a value; readers see all of it or nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f"{key}.{os.getpid()}"
        beside.write_text(json.dumps({"value": value, "time": time.time()}), "utf-8")
        os.replace(beside, self.folder / key)


def key_of(flow: str, task: str, output: str | None, parts: Any) -> str:
    """The name of a value: the same for the same task of the same flow with equal parts."""
    return sha256(f"{flow}\0{task}\0{output}\0{encode(parts)}".encode()).hexdigest()
