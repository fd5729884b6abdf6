"""Attempts in the runner's own process, one after another: for tests and mocks. Nothing can stop one that has begun."""

from __future__ import annotations

from collections.abc import Sequence

from .attempts import Result, Success
from .errors import UsageError, failure
from .executor import Place, Turn, Work
from .values import decode, encode


class Inline:
    """An executor. As many attempts as are said may have been handed over; each is done at once."""

    keeps_time = False
    about = None

    def __init__(self, place: Place, argument: str | None = None) -> None:
        if argument is not None:
            raise UsageError(f"the executor inline takes no argument, found {argument}")
        self.slots = place.jobs or 1
        self.later = place.later

    def start(self, work: Work) -> Turn:
        return _InlineTurn(self, work)

    def stop(self, turns: Sequence[Turn]) -> None:
        for turn in turns:
            if isinstance(turn, _InlineTurn):
                turn.stop()

    def renew(self) -> None:
        """Modules that this process has imported stay as they are."""

    def close(self) -> None:
        """Nothing is open."""


class _InlineTurn:
    """An attempt that is about to be done."""

    def __init__(self, executor: Inline, work: Work) -> None:
        self.work = work
        self.timer = executor.later(0, self._run)

    def stop(self) -> None:
        self.timer.cancel()

    def _run(self) -> None:
        from .execute import execute

        try:
            found: Result = Success(execute(decode(encode(self.work.request))))
        except BaseException as error:
            found = failure(error)
        self.work.over(found)
