"""The engine on a thread of its own. Other threads leave functions for it, which it calls between two steps."""

from __future__ import annotations

import os
import selectors
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from flowc.runtime.engine import Engine
from flowc.runtime.errors import StateError

T = TypeVar("T")
_PATIENCE = 60.0
"""Seconds that somebody who asks waits at most."""


class _Cut(BaseException):
    """The runs that are going on are left as they are; the next start goes on with them."""


class Loop:
    """Works until it is stopped, also while there is no run. `broke` is called, on its thread, with what ended it."""

    def __init__(self, engine: Engine, broke: Callable[[BaseException], None]) -> None:
        self.engine = engine
        self.error: BaseException | None = None
        self._broke = broke
        self._asked: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._lock = threading.Lock()
        self._reader, self._writer = os.pipe()
        self._stays = True
        self._is_over = False
        for end in (self._reader, self._writer):
            os.set_blocking(end, False)
        engine.selector.register(self._reader, selectors.EVENT_READ, self._answer)
        self._thread = threading.Thread(target=self._work, name="engine")

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def ask(self, what: Callable[[], T]) -> T:
        """What the function gives or raises on the engine's thread; StateError where that has ended."""
        future: Future[T] = Future()
        with self._lock:
            if self._is_over:
                raise StateError(f"the server has stopped{f': {self.error}' if self.error else ''}")
            self._asked.append((what, future))
            with suppress(BlockingIOError):  # the pipe is full: it will wake up anyway
                os.write(self._writer, b"x")
        return future.result(_PATIENCE)

    def stop(self, grace: float) -> bool:
        """Let runs end for so many seconds, then cut them; whether all have ended. Nothing may add runs any more."""
        with suppress(StateError):
            self.ask(self._leave)
        self._thread.join(grace)
        if not self._thread.is_alive():
            return self.error is None
        with suppress(StateError, _Cut):
            self.ask(self._cut)
        self._thread.join()
        return False

    def _leave(self) -> None:
        self._stays = False
        for run in list(self.engine.runs):
            if not run.has_begun:  # it waits for other runs of its flow, and can do so after the next start
                run.abandon()

    def _cut(self) -> None:
        raise _Cut

    def _answer(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._reader, 4096)
        while self._asked:
            what, future = self._asked.popleft()
            try:
                future.set_result(what())
            except _Cut as cut:
                future.set_exception(cut)
                raise
            except Exception as error:
                future.set_exception(error)

    def _work(self) -> None:
        try:
            self.engine.work(lambda: self._stays)
        except _Cut:
            pass
        except BaseException as error:
            self.error = error
        finally:
            self._end()

    def _end(self) -> None:
        with self._lock:
            self._is_over = True
        for _, future in self._asked:
            future.set_exception(StateError("the server has stopped"))
        self.engine.selector.unregister(self._reader)
        with suppress(OSError):
            self.engine.close()
        os.close(self._reader)
        os.close(self._writer)
        if self.error is not None:
            self._broke(self.error)
