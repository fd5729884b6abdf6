"""The graph of a flow run, while it is put together; `finish` runs it and says how the flow run ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import time, timedelta
from typing import Any

from prefect import State, Task

from .driver import Driver
from .graph import Choice, Loop, Node, Told, Where, needs_of
from .values import conform


class Run:
    """What is to run, and until when. `late_after` is a while from the start, or a time of the run's day in `zone`.

    With `max_runs` the oldest of so many runs of the deployment is cancelled where a further one waits.
    """

    def __init__(
        self,
        *,
        deadline: timedelta | None = None,
        max_runs: int | None = None,
        late_after: timedelta | time | None = None,
        zone: str = "UTC",
    ) -> None:
        self.deadline = deadline
        self.max_runs = max_runs
        self.late_after = late_after
        self.zone = zone
        self.nodes: list[Node] = []
        self._where = Where()

    def submit(
        self, task: Task[..., Any], *args: Any, wait_for: Sequence[Any] = (), fallback: Node | None = None
    ) -> Node:
        """A task with its arguments. A `fallback` runs if its last attempt has failed, and may save it."""
        node = self.fallback(task, *args, wait_for=wait_for, fallback=fallback)
        self.nodes.append(node)
        return node

    def fallback(
        self, task: Task[..., Any], *args: Any, wait_for: Sequence[Any] = (), fallback: Node | None = None
    ) -> Node:
        """A task that runs only where another one has failed."""
        return Node(task, args, needs_of(args, wait_for), self._where.around, self._where.phase, fallback)

    def choose(self, arm: Callable[..., int], *args: Any, wait_for: Sequence[Any] = ()) -> Choice:
        """A function that gives the number of an arm, called once all that it reads has ended."""
        needs = needs_of(args, wait_for)
        return Choice(arm, args, needs, self._where.around, self._where.phase, where=self._where)

    def when(self, condition: Callable[..., bool], *args: Any, wait_for: Sequence[Any] = ()) -> Choice:
        """A condition: arm 0 where it holds, arm 1 where it does not."""
        return self.choose(lambda *given: 0 if condition(*given) else 1, *args, wait_for=wait_for)

    def each(
        self,
        items: Any,
        *args: Any,
        wait_for: Sequence[Any] = (),
        limit: int | None = None,
        tolerate: float = 0,
        static: bool = False,
    ) -> Loop:
        """A loop over a list or a map: a task's value, one in the source, or what a function of the arguments gives."""
        given, function = (args, items) if callable(items) else ((items,), _same)
        needs, where = needs_of(given, wait_for), self._where
        return Loop(function, given, needs, where.around, where.phase, limit, tolerate, static, where=where)

    def on_failure(self) -> AbstractContextManager[None]:
        """Tasks that run once the run has failed."""
        return self._where.handlers("failure")

    def on_success(self) -> AbstractContextManager[None]:
        """Tasks that run once the run has succeeded."""
        return self._where.handlers("success")

    def when_late(self) -> AbstractContextManager[None]:
        """Tasks that run at the end of a run that is late."""
        return self._where.handlers("late")

    def at_the_end(self) -> AbstractContextManager[None]:
        """Tasks that run last, whatever came before."""
        return self._where.handlers("finally")

    @property
    def error(self) -> Told:
        """For handlers: what the last attempt of the first failed task said."""
        return Told("error")

    @property
    def failed_task(self) -> Told:
        """For handlers: the first failed task."""
        return Told("failed_task")

    @property
    def lateness(self) -> Told:
        """For handlers: by how much the run is late."""
        return Told("lateness")

    def finish(self, returns: Callable[..., Any] | None = None, *args: Any, output: str | None = None) -> State[Any]:
        """Run it all; the state that the flow run ends in, with what the flow returns, of the type `output`."""
        driver = Driver(
            self.nodes, deadline=self.deadline, max_runs=self.max_runs, late_after=self.late_after, zone=self.zone
        )

        def result(*given: Any) -> Any:
            return conform(returns(*given), output) if returns and output else None

        return asyncio.run(driver.run(result if returns else None, args))


def _same(value: Any) -> Any:
    return value
