"""What tasks print: a file for each attempt that prints anything, without secrets."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from .environment import Masker


class OutputFile:
    """The output of one attempt. The file, and its folder, are made when there is something to write."""

    def __init__(self, folder: Path, name: str, masker: Masker) -> None:
        self.folder = folder
        self.name = name
        self._masker = masker
        self._file: BinaryIO | None = None
        self._is_closed = False

    def write(self, piece: bytes) -> None:
        """Add what came, but for an end that could be the beginning of a secret."""
        self._put(self._masker.feed(piece))

    def close(self) -> None:
        """Write the rest."""
        self._put(self._masker.flush())
        self._is_closed = True
        if self._file:
            self._file.close()

    def _put(self, safe: bytes) -> None:
        if not safe or self._is_closed:
            return
        if self._file is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file = (self.folder / self.name).open("ab", buffering=0)
        self._file.write(safe)
