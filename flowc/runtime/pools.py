"""Slots of pools, and locks, over all runs of one state directory.

A slot is a file that its holder has locked. The system gives it back when the holder ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote


class Held:
    """Slots that are held; `release` gives them back."""

    def __init__(self, descriptors: list[int]) -> None:
        self._descriptors = descriptors

    def release(self) -> None:
        for descriptor in self._descriptors:
            os.ftruncate(descriptor, 0)
            os.close(descriptor)
        self._descriptors = []


class Pools:
    """The pools under a state directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, pool: str, size: int, count: int = 1, *, note: str = "") -> Held | None:
        """So many of the pool's slots at once, or None if they are not free; `note` says who holds them."""
        folder = self._place(pool)
        folder.mkdir(parents=True, exist_ok=True)
        held: list[int] = []
        for slot in range(size):
            descriptor = os.open(folder / str(slot), os.O_RDWR | os.O_CREAT, 0o644)
            if not _locked(descriptor):
                os.close(descriptor)
                continue
            os.ftruncate(descriptor, 0)
            os.write(descriptor, note.encode())
            held.append(descriptor)
            if len(held) == count:
                return Held(held)
        Held(held).release()
        return None

    def notes(self, pool: str, size: int) -> list[str]:
        """What those who hold slots have noted."""
        files = [self._place(pool) / str(slot) for slot in range(size)]
        return [note for file in files if file.exists() and (note := file.read_text())]

    def _place(self, pool: str) -> Path:
        return self.folder / (quote(pool, safe="") if len(pool) < 60 else sha256(pool.encode()).hexdigest())


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
