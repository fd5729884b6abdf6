"""Looks for files that were not there, or are others now, and tells of each once.

What lay there when a pattern was looked at first starts nothing. Files of other machines (`s3://...`) are listed on a
thread aside; where they cannot be, it is told among the problems, and tried again.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from flowc.runtime.files import Found, is_remote, listed
from flowc.runtime.triggers import OnFile
from flowc.serve.events import Events, Happened

ASKED_EVERY = 0.1


class Files:
    """The file patterns of all flows, on the engine's thread."""

    def __init__(self, events: Events, root: Path) -> None:
        self.events = events
        self.root = root
        self._wanted: dict[str, OnFile] = {}

    def start(self) -> None:
        """Look at each pattern of the flows that there are at its period, until the keeper is closed.

        It may be called again once they are others.
        """
        found = sorted(
            (atom for _, atom in self.events.atoms() if isinstance(atom, OnFile)), key=lambda each: each.poll
        )
        before, self._wanted = self._wanted, {}
        for atom in found:
            known = before.get(atom.pattern)
            self._wanted.setdefault(atom.pattern, known if known == atom and known else atom)
        for pattern in before.keys() - self._wanted.keys():
            self._tell(before[pattern], None)
        for atom in self._wanted.values():
            if before.get(atom.pattern) is not atom:
                self._go_on(atom)

    def _is_over(self, atom: OnFile) -> bool:
        return self.events.keeper.is_closed or self._wanted.get(atom.pattern) is not atom

    def _go_on(self, atom: OnFile) -> None:
        if self._is_over(atom):
            return
        if is_remote(atom.pattern):
            self._ask(atom, _aside(atom.pattern))
        else:
            self.look(atom.pattern, listed(atom.pattern, self.root))
            self._later(atom)

    def _ask(self, atom: OnFile, ended: Future[list[Found]]) -> None:
        if self._is_over(atom):
            return
        if not ended.done():
            self.events.keeper.engine.clock.after(ASKED_EVERY, lambda: self._ask(atom, ended))
            return
        problem = ended.exception()
        if problem is None:
            self.look(atom.pattern, ended.result())
        self._tell(atom, problem)
        self._later(atom)

    def _later(self, atom: OnFile) -> None:
        self.events.keeper.engine.clock.after(atom.poll, lambda: self._go_on(atom))

    def _tell(self, atom: OnFile, problem: BaseException | None) -> None:
        """Why a pattern cannot be looked at stands among the problems once, and as long as it is so."""
        begin = f"on file {atom.pattern!r}: "
        if problem is None:
            self.events.keeper.problems.over(begin)
        else:
            self.events.keeper.problems.add(begin, f"{begin}{type(problem).__name__}: {problem}")

    def look(self, pattern: str, there: Sequence[Found]) -> None:
        """Tell of what is new under a pattern since the last look."""
        name = f"files {pattern}"
        said = self.events.keeper.register.cursor(name)
        before: dict[str, str] = json.loads(said) if said else {}
        now = {each.path: each.etag for each in there}
        if said is not None and now == before:
            return
        new = [each for each in there if before.get(each.path) != each.etag] if said is not None else []
        found = [Happened("file", pattern, f"{each.path} {each.etag}", self._event(each)) for each in new]
        self.events.take(found, cursor=(name, json.dumps(now)))

    @staticmethod
    def _event(found: Found) -> dict[str, object]:
        return {"path": found.path, "etag": found.etag, "size": found.size}


def _aside(pattern: str) -> Future[list[Found]]:
    """The files that a pattern matches, listed on a thread that nobody waits for at the end of the process."""
    ended: Future[list[Found]] = Future()

    def work() -> None:
        try:
            ended.set_result(listed(pattern))
        except BaseException as error:  # whoever asks for the result gets it
            ended.set_exception(error)

    threading.Thread(target=work, daemon=True, name="look").start()
    return ended
