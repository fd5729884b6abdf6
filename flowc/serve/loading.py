"""Takes in flows whose files have changed, while the server goes on.

Files are looked at again and again, or at SIGHUP, or where somebody asks. Once they rest they are read as a whole: with
a mistake in any of them all flows stay as they are, and the mistake is told until it is mended.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from attrs import frozen

from flowc.runtime.errors import StateError, UsageError
from flowc.runtime.model import Flow

if TYPE_CHECKING:
    from flowc.serve.server import Server

PERIOD = 1.0
"""Seconds between two looks at the files."""
SHARE = 20
"""A look that takes long is made more seldom, so that looking takes a twentieth of the time at most."""


class Mistakes(UsageError):
    """The files are not such that they can be run; the text says why, as the compiler does."""


@frozen
class Loaded:
    """Flows by name, and what tells each from another version of it."""

    flows: Mapping[str, Flow]
    digests: Mapping[str, str]


@frozen
class Project:
    """The files: `load` reads them (Mistakes), `stamp` gives a value that changes as soon as one of them does."""

    load: Callable[[], Loaded]
    stamp: Callable[[], object]


@frozen
class Taken:
    """What was taken in, by the names of flows."""

    changed: list[str]
    added: list[str]
    removed: list[str]

    def __str__(self) -> str:
        said = {"changed": self.changed, "added": self.added, "removed": self.removed}
        return "; ".join(f"{what} {', '.join(names)}" for what, names in said.items() if names) or "no flow is another"


class Loading:
    """What the server has loaded, and whether the files still say so; `tell` is for the server's log.

    Where files have changed since they were read at its start, it is not `current`: they are read once more.
    """

    def __init__(
        self, project: Project, server: Server, loaded: Loaded, tell: Callable[[str], Any], *, current: bool = True
    ) -> None:
        self.project = project
        self.server = server
        self.moment = time.time()
        self.mistakes: str | None = None
        self._digests = loaded.digests
        self._tell = tell
        self._seen = project.stamp() if current else None
        self._one = threading.Lock()
        self._asked = threading.Event()
        self._is_over = False
        self._thread: threading.Thread | None = None

    def start(self, *, watch: bool) -> None:
        """Look at the files from now on, or only wait to be asked."""
        self._thread = threading.Thread(target=self._work, args=(watch,), name="files", daemon=True)
        self._thread.start()

    def ask(self) -> None:
        """Read the files anew, soon; from a signal's handler too."""
        self._asked.set()

    def stop(self) -> None:
        """Look no more."""
        self._is_over = True
        self._asked.set()
        if self._thread:
            self._thread.join()

    def load(self) -> Taken:
        """Read the files anew and go by them from now on; Mistakes."""
        with self._one:
            self._seen = self.project.stamp()  # before they are read: a change meanwhile is another one
            try:
                loaded = self.project.load()
            except Mistakes as mistakes:
                if self.mistakes != str(mistakes):
                    self._tell(f"{mistakes}\nthe flows stay as they were")
                self.mistakes = str(mistakes)
                raise
            self.server.turn(loaded.flows)
            before, self._digests = self._digests, loaded.digests
            taken = Taken(
                sorted(name for name in before.keys() & loaded.digests.keys() if before[name] != loaded.digests[name]),
                sorted(loaded.digests.keys() - before.keys()),
                sorted(before.keys() - loaded.digests.keys()),
            )
            self.mistakes, self.moment = None, time.time()
            self._tell(f"loaded anew: {taken}")
            return taken

    def _work(self, watch: bool) -> None:
        latest, pause = self._seen or self.project.stamp(), PERIOD
        while not self._is_over:
            is_asked = self._asked.wait(pause if watch else None)
            self._asked.clear()
            if self._is_over:
                return
            begun = time.monotonic()
            before, latest = latest, self.project.stamp()
            pause = max(PERIOD, SHARE * (time.monotonic() - begun))
            # Whoever writes a file may not be done: it is read once it has rested from one look to the next.
            if is_asked or (latest == before and latest != self._seen):
                with suppress(Mistakes, UsageError, StateError):  # told; or the server is stopping
                    self.load()
