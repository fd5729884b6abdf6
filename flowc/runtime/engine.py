"""The runner: one loop that waits for workers, timers, the journal and signals, and lets runs go on."""

from __future__ import annotations

import os
import selectors
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clock import Clock
from .dispatch import Dispatcher
from .executor import DEFAULT, Executor, Maker, Place, Turn, made
from .journal import Committer
from .pools import Pools
from .view import View

if TYPE_CHECKING:
    from .model import Flow
    from .running import Run

Event = dict[str, Any]
"""What listeners are told: `event`, `run`, `flow`, `time`, `task` where it is about an instance, and by event

    run, resume  executor parent    the run begins, or goes on; where its attempts run, if that is elsewhere; the
                            run that started it
    waiting    why          an attempt is ready, and waits for `limit 2`, `pool cpu` or `lock x`
    start      attempt      an attempt has started
    ask        message      an attempt waits for somebody's yes or no
    failure    attempt message retries     an attempt has failed; `retries`: another one follows
    warning    message      a check with `severity: warn` did not hold
    problem    where message    a condition or a loop's list could not be computed
    end        outcome attempts message    an instance has ended
    finish     outcome error               the run has ended
"""
Listener = Callable[[Event], None]


class Engine:
    """Runs of the flows of a project, in this process. `root` is where tasks run, `state` where records are kept.

    Without `sync` a success is not forced to the disk before something follows from it: a kill loses nothing all the
    same, a power cut may. `executor` is what runs attempts, by its name and argument or what makes it, `store` where it
    puts what is large.

    `flows` may be replaced by others while runs go on: each keeps those with which it began. `over` is told of every
    run that has ended, before whoever waits for it is. `clock` and `view` are others where nothing real is run.
    """

    def __init__(
        self,
        root: Path,
        *,
        flows: dict[str, Flow],
        state: Path | None = None,
        jobs: int | None = None,
        listener: Listener | None = None,
        sync: bool = True,
        executor: str | Maker = DEFAULT,
        store: str | None = None,
        clock: Clock | None = None,
        view: Callable[..., View] = View,
    ) -> None:
        self.root = root.resolve()
        self.state = state or self.root / ".flowc"
        self.flows = flows
        self.sync = sync
        self.mark = os.urandom(6).hex()
        self.clock = clock or Clock()
        self.view = view
        self.selector = selectors.DefaultSelector()
        self.committer = Committer()
        self.executor = self._made(executor, jobs, store)
        self.dispatcher = Dispatcher(self, Pools(self.state / "slots"))
        self.runs: list[Run] = []
        self.over: Callable[[Run], None] = lambda run: None
        self._listener = listener
        self._touched: dict[Run, None] = {}
        self.selector.register(self.committer.wake, selectors.EVENT_READ, self._committed)

    def add(self, run: Run) -> None:
        """Let a run begin, once it is its turn."""
        self.runs.append(run)
        run.come_in()

    def touch(self, run: Run) -> None:
        """Something has changed for the run: it will be looked at before the loop waits again."""
        self._touched[run] = None

    @property
    def has_listener(self) -> bool:
        return self._listener is not None

    def tell(self, event: Event) -> None:
        """Tell whoever listens."""
        if self._listener:
            self._listener(event)

    def work(self, more: Callable[[], bool] = lambda: False) -> None:
        """Go on until no run is left. An interrupt cancels them, a second one stops at once.

        Whenever a run has ended `more` is asked: it may add runs, and says whether it waits for any.
        """
        with self._signals():
            while more() or self.runs:
                self._step()

    def stop(self, turns: list[Turn]) -> None:
        """End the processes of attempts, all at once; the dispatcher ends the attempts."""
        self.executor.stop(turns)

    def close(self) -> None:
        """Stop every process, and give back what is open: once nothing will be run any more."""
        self.executor.close()
        for run in self.runs:
            run.abandon()
        self.committer.close()
        self.selector.close()

    def _made(self, executor: str | Maker, jobs: int | None, store: str | None) -> Executor:
        # the clock is asked for when it is used: it may be another one by then
        place = Place(
            self.root,
            self.state,
            self.mark,
            self.selector,
            lambda delay, call: self.clock.after(delay, call),
            jobs,
            store,
        )
        return made(executor, place) if isinstance(executor, str) else executor(place, None)

    def _step(self) -> None:
        while self._touched:
            run = next(iter(self._touched))
            del self._touched[run]
            run.go_on()  # does nothing where it is over
        self.dispatcher.pump()
        if self._touched:
            return
        for run in self.runs:
            run.journal.write()
        going = [run for run in self.runs if not run.is_over]
        if len(going) < len(self.runs):
            self.runs = going
            return
        for key, _ in self.selector.select(self.clock.wait()):
            key.data()
        self.clock.ring()

    def _committed(self) -> None:
        for then in self.committer.finished():
            then()

    @contextmanager
    def _signals(self) -> Generator[None, None, None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        before = {number: signal.signal(number, self._interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
        waker = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self.selector.register(reader, selectors.EVENT_READ, lambda: os.read(reader, 64))
        try:
            yield
        finally:
            signal.set_wakeup_fd(waker)
            for number, handler in before.items():
                signal.signal(number, handler)
            self.selector.unregister(reader)
            os.close(reader)
            os.close(writer)

    def _interrupt(self, number: int, frame: object) -> None:
        # where nothing real is run there is nothing to end in good order
        if not self.clock.is_real or any(run.is_cancelled for run in self.runs):
            raise KeyboardInterrupt
        for run in self.runs:
            if run.parent is None:
                self.clock.after(0, run.cancel)
