"""What expressions see of a run: `v.params["region"]`, `v.run.date`, `v.value("clean")`, `v.item("file")`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from .board import Cell
from .judge import Judge
from .outcomes import Colour, Gate
from .plan import Plan
from .values import decode

_MISSING: Any = object()
_decoded = lru_cache(maxsize=512)(decode)


@dataclass
class RunInfo:
    """`run.id`, `run.at`, ... ; the last three are for handlers. `event` has the type that the flow says."""

    id: str
    flow: str
    at: datetime
    date: date
    trigger: str = "manual"
    partition: date | datetime | str | None = None
    event: Any = None
    error: str | None = None
    failed_task: str | None = None
    lateness: timedelta | None = None


class Settings(dict[str, Any]):
    """Those of a connection, so that who is handed them is known to have been given their secrets."""


class View:
    """The run, seen from one instance: others are met on the element of the loops that both stand in."""

    def __init__(self, params: Mapping[str, Any], run: RunInfo, plan: Plan, judge: Judge | None, cell: Cell) -> None:
        self.params = params
        self.run = run
        self._plan = plan
        self._judge = judge
        self._cell = cell

    def value(self, task: str, field: str | None = None) -> Any:
        """The value of a task, or one of its several outputs; outside of its loops the list of them.

        None where the task was skipped (in a handler: where it has no value).
        """
        found = self._read(task, field)
        return None if found is _MISSING else found

    def item(self, loop: str) -> Any:
        """The element of a loop."""
        return self._loop(loop).chosen[self.index(loop)]

    def index(self, loop: str) -> int:
        """The number of the element, from 0."""
        return self._cell.index[self._cell.subject.loops.index(loop)]

    def key(self, loop: str) -> str:
        """The key of the element, where the loop goes over a map."""
        keys = self._loop(loop).keys
        assert keys is not None
        return keys[self.index(loop)]

    def connection(self, name: str) -> Settings:
        """A connection's settings, secrets read."""
        found = self._plan.flow.connections[name]
        return Settings({"kind": found.kind, **found.settings()})

    def _loop(self, name: str) -> Cell:
        assert self._judge is not None
        return self._judge.seen(self._plan.loops[name], self._cell)

    def _read(self, task: str, field: str | None) -> Any:
        assert self._judge is not None, "a param's default reads no task"
        checks = tuple(self._cell.subject.checks.get(task, ()))
        cell = self._judge.seen(self._plan.tasks[task], self._cell)
        return self._value(cell, field, checks)

    def _value(self, cell: Cell, field: str | None, checks: tuple[str, ...]) -> Any:
        judge = self._judge
        assert judge is not None
        if judge.task(cell, checks, self._cell) is not Colour.SUCCEEDED:
            return _MISSING
        if cell.is_instance:
            if cell.value is None:
                return _MISSING
            found = _decoded(cell.value)
            return found if field is None else found[field]
        loop = self._plan.loops[cell.subject.loops[len(cell.index)]]
        if judge.seen(loop, cell).gate is not Gate.OPEN:
            return _MISSING
        elements = [element for element in judge.board.elements(cell) if self._lives(element, checks)]
        found = [self._value(element, field, checks) for element in elements]
        return [None if part is _MISSING else part for part in found]

    def _lives(self, element: Cell, checks: tuple[str, ...]) -> bool:
        """Whether an element stands in the gathered list; failures, which were tolerated then, do not."""
        assert self._judge is not None
        return self._judge.task(element, checks, self._cell) is not Colour.FAILED
