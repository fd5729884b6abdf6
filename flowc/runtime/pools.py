"""Slots of pools, and locks, over all runs of one state directory.

A slot is a file that its holder has locked. The system gives it back when the holder ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path


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
        return self.folder / file_name(pool)


def file_name(name: str) -> str:
    """A name for a file that is one's own, whatever the text: what no file should have in its name is spelled out."""
    spelled = re.sub(r"[^A-Za-z0-9_-]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), name)
    if len(spelled) <= 100:
        return spelled
    from hashlib import sha256

    return f"{spelled[:30]}-{sha256(name.encode()).hexdigest()}"


def is_held(file: Path) -> bool:
    """Whether somebody has locked a file; nobody has where there is none."""
    try:
        descriptor = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
