"""Recorded values by key (rule 24): one file each, so that runs at the same time don't harm each other."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from .keeping import packed, unpacked


class Cache:
    """The values under a state directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, key: str, keep: timedelta | None) -> tuple[str | None] | None:
        """The recorded value in a tuple, None where there is none or it is too old."""
        try:
            return unpacked((self.folder / key).read_text("utf-8"), keep)
        except (OSError, ValueError):
            return None

    def put(self, key: str, value: str | None) -> None:
        """Record a value; readers see all of it or nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f"{key}.{os.getpid()}"
        beside.write_text(packed(value), "utf-8")
        os.replace(beside, self.folder / key)
