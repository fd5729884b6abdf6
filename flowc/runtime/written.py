"""When assets were written last: a small file for each, and one for each of its partitions, replaced at each write.

All runs of a state directory share them, so that one can wait for what another writes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from .atomic import put

_LAST = "last"


@dataclass(frozen=True)
class Write:
    """A write: when, by which task of which run, and of which partition where the run worked on one (its text)."""

    at: datetime
    run: str
    task: str
    partition: str | None = None


def note(state: Path, asset: str, write: Write) -> None:
    """A task has written the asset."""
    folder = state / "assets" / asset
    names = [_LAST] if write.partition is None else [_LAST, _name(write.partition)]
    said = {"at": write.at.timestamp(), "run": write.run, "task": write.task, "partition": write.partition}
    text = json.dumps(said, ensure_ascii=False)
    for name in names:
        put(folder / name, text)


def last(state: Path, asset: str, partition: str | None = None) -> Write | None:
    """The last write of an asset, or of one of its partitions; None where nothing is known of any."""
    path = state / "assets" / asset / (_LAST if partition is None else _name(partition))
    try:
        said = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Write(datetime.fromtimestamp(said["at"], timezone.utc), said["run"], said["task"], said["partition"])


def _name(partition: str) -> str:
    """A file's name for a partition, whatever stands in that."""
    from hashlib import sha256

    return sha256(partition.encode()).hexdigest()[:32]
