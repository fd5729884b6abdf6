"""What happened in a run, on disk: one record a line, each with its checksum, appended and never changed.

A record is written when it happens, so that it outlives the runner, and forced to the disk in groups on a thread of its
own, so that it outlives the machine: `append(..., then=f)` calls `f` once its record is there. A last record that was
torn by a kill is left out when the journal is read, and cut off when it is written on; one that is broken with sound
ones after it is no kill's work, and the journal is not written on.
"""

from __future__ import annotations

import json
import os
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .errors import Damaged

Record = dict[str, Any]
Then = Callable[[], None]
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def read(path: Path) -> Iterator[Record]:
    """The records of a journal, up to the first that is torn."""
    yield from _sound(path)[0]


def _sound(path: Path) -> tuple[list[Record], int]:
    """The records that are whole, and how many bytes they take."""
    records: list[Record] = []
    size = 0
    with path.open("rb") as file:
        for line in file:
            if (text := _checked(line)) is None:
                break
            records.append(json.loads(text))
            size += len(line)
    return records, size


def _checked(line: bytes) -> bytes | None:
    """The text of a line that is whole."""
    checksum, _, text = line.partition(b" ")
    return text if line.endswith(b"\n") and checksum == b"%08x" % zlib.crc32(text[:-1]) else None


def _refuse_damage(path: Path, size: int) -> None:
    """Damaged where sound records follow on what is not sound.

    Not where that is nothing but zeros: a power cut leaves these of what had not been forced to the disk.
    """
    with path.open("rb") as file:
        file.seek(size)
        bad = b""
        for line in file:
            if bad.strip(b"\0") and _checked(line) is not None:
                raise Damaged(
                    f"{path} is damaged at byte {size}, and sound records follow: restore it from a copy, or cut it"
                    f" there (`truncate -s {size} {path}`), and what ended since runs again"
                )
            bad += line


class Journal:
    """A journal that is being written. Nothing of it is used by two threads but the file's descriptor."""

    def __init__(self, path: Path, committer: Committer, *, resume: bool = False) -> None:
        self.path = path
        self.committer = committer
        self.records: list[Record] = []
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (0 if resume else os.O_EXCL)
        if resume:
            self.records, size = _sound(path)
            _refuse_damage(path, size)
            os.truncate(path, size)
        self.descriptor = os.open(path, flags, 0o644)
        if not resume:
            _force_name(path)
        self._lines: list[bytes] = []
        self._then: list[Then] = []

    def append(self, record: Record, then: Then | None = None) -> None:
        """Add a record; it is written by the next `write`, and `then` is called once it is on the disk."""
        text = _written(record).encode("utf-8", "surrogatepass")
        self._lines.append(b"%08x %s\n" % (zlib.crc32(text), text))
        if then:
            self._then.append(then)

    def write(self) -> None:
        """Hand what was added to the system; OSError where the disk is full or gone."""
        if not self._lines:
            return
        data, self._lines = b"".join(self._lines), []
        view = memoryview(data)
        while view:
            view = view[os.write(self.descriptor, view) :]
        if self._then:
            waiting, self._then = self._then, []
            self.committer.commit(self.descriptor, waiting)

    def force(self) -> None:
        """Write what was added, and wait until it is on the disk."""
        self.write()
        _force(self.descriptor)

    def close(self) -> None:
        """Write and force what is left."""
        try:
            self.force()
        finally:
            os.close(self.descriptor)


class Committer:
    """Forces journals to the disk on a thread of its own, and says so by a byte in a pipe."""

    def __init__(self) -> None:
        self.wake, self._waker = os.pipe()
        self.error: OSError | None = None
        self._asked: deque[tuple[int, list[Then]]] = deque()
        self._done: deque[list[Then]] = deque()
        self._bell = threading.Semaphore(0)
        self._thread: threading.Thread | None = None

    def commit(self, descriptor: int, then: list[Then]) -> None:
        """Force what was written to the disk; the functions come back from `finished` afterwards."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
            self._thread.start()
        self._asked.append((descriptor, then))
        self._bell.release()

    def finished(self) -> Iterator[Then]:
        """What may be called now. The pipe is emptied first, so that no call for it is missed."""
        os.read(self.wake, 4096)
        if self.error:
            raise self.error
        while self._done:
            yield from self._done.popleft()

    def close(self) -> None:
        """End the thread."""
        if self._thread:
            self._asked.append((-1, []))
            self._bell.release()
            self._thread.join()
        os.close(self.wake)
        os.close(self._waker)

    def _work(self) -> None:
        while True:
            self._bell.acquire()
            taken = [self._asked.popleft()]
            while self._asked and self._bell.acquire(blocking=False):
                taken.append(self._asked.popleft())
            if any(descriptor < 0 for descriptor, _ in taken):
                return
            try:
                for descriptor in {descriptor for descriptor, _ in taken}:
                    _force(descriptor)
            except OSError as error:
                self.error = error
            self._done.extend(then for _, then in taken)
            os.write(self._waker, b"x")


def _force_name(path: Path) -> None:
    """A new file is there after a power cut only if its folder was forced to the disk too."""
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _force(descriptor: int) -> None:
    getattr(os, "fdatasync", os.fsync)(descriptor)
