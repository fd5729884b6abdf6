"""Looks for files that were not there, or are others now, and tells of each once.

What lay there when a pattern was looked at first starts nothing.
"""

from __future__ import annotations

import glob
import json
from pathlib import Path

from flowc.runtime.triggers import OnFile
from flowc.serve.events import Events, Happened


class Files:
    """The file patterns of all flows, on the engine's thread."""

    def __init__(self, events: Events, root: Path) -> None:
        self.events = events
        self.root = root

    def start(self) -> None:
        """Look at each pattern at its period until the keeper is closed."""
        found = {atom.pattern: atom for _, atom in self.events.atoms() if isinstance(atom, OnFile)}
        for atom in found.values():
            if "://" in atom.pattern:
                self.events.keeper.problems.append(f"on file {atom.pattern!r}: files of this machine alone are seen")
            else:
                self._go_on(atom)

    def _go_on(self, atom: OnFile) -> None:
        if not self.events.keeper.is_closed:
            self.look(atom.pattern)
            self.events.keeper.engine.clock.after(atom.poll, lambda: self._go_on(atom))

    def look(self, pattern: str) -> None:
        """Tell of what is new under a pattern since the last look."""
        name = f"files {pattern}"
        said = self.events.keeper.register.cursor(name)
        before: dict[str, str] = json.loads(said) if said else {}
        now = self._there(pattern)
        if said is not None and now == before:
            return
        new = [path for path, etag in now.items() if before.get(path) != etag] if said is not None else []
        found = [Happened("file", pattern, f"{path} {now[path]}", self._event(path, now[path])) for path in new]
        self.events.take(found, cursor=(name, json.dumps(now)))

    def _there(self, pattern: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in sorted(glob.glob(pattern, root_dir=self.root, recursive=True)):
            path = self.root / name
            try:
                status = path.stat()
                if path.is_file():
                    found[name] = f"{status.st_mtime_ns:x}-{status.st_size:x}"
            except OSError:  # gone since
                continue
        return found

    @staticmethod
    def _event(path: str, etag: str) -> dict[str, object]:
        return {"path": path, "etag": etag, "size": int(etag.partition("-")[2], 16)}
