"""Recorded values by key (rule 24): one file each, so that runs at the same time don't harm each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from .atomic import put
from .keeping import packed, unpacked

_KEY = 64
"""The length of a key. What has another name is being written, or was left by who was killed while it wrote."""


@dataclass(frozen=True)
class Kept:
    """A recorded value: of which flow and task, since when, its text; None where the task has no value."""

    path: Path
    flow: str
    task: str
    since: datetime
    value: str | None
    size: int


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

    def put(self, key: str, value: str | None, *, flow: str, task: str) -> None:
        """Record a value; readers see all of it or nothing."""
        put(self.folder / key, packed(value, flow=flow, task=task))

    def kept(self) -> Iterator[Kept]:
        """All that is recorded, by key; what cannot be read is left out."""
        for path in sorted(self.folder.glob("*")):
            try:
                text = path.read_text("utf-8")
                found = json.loads(text)
                since = datetime.fromtimestamp(found["time"], timezone.utc)
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if len(path.name) == _KEY:
                yield Kept(path, found.get("flow", "?"), found.get("task", "?"), since, found["value"], len(text))

    def drop(self, found: Kept) -> None:
        """Forget a value; one that is gone already is no matter."""
        found.path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what was left by those who were killed while they wrote."""
        for path in self.folder.glob("*.*"):
            path.unlink(missing_ok=True)
