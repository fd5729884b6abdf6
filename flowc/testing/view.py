"""What expressions see of a run in which nothing real happens: what was not set is told, and not read as null."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flowc.runtime.board import Cell
from flowc.runtime.judge import Judge
from flowc.runtime.outcomes import Colour
from flowc.runtime.plan import Plan
from flowc.runtime.view import RunInfo, View


class Blank(Exception):
    """Something is read that the test does not set; `name` is what it would have to."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no value in this test")
        self.name = name


class Facts:
    """`run.date` and its like; `blank` are those that the test does not say."""

    def __init__(self, info: RunInfo, blank: Collection[str]) -> None:
        self._info = info
        self._blank = blank

    def __getattr__(self, name: str) -> Any:
        if name in self._blank:
            raise Blank(f"run.{name}")
        return getattr(self._info, name)


class TestView(View):
    """A view that raises Blank where a task succeeded and the test gives it no value."""

    __test__ = False

    def __init__(
        self,
        params: Mapping[str, Any],
        run: RunInfo,
        plan: Plan,
        judge: Judge | None,
        cell: Cell,
        blank: Collection[str] = (),
    ) -> None:
        super().__init__(params, run, plan, judge, cell)
        if blank:
            self.run = Facts(run, blank)  # type: ignore[assignment]

    def value(self, task: str, field: str | None = None) -> Any:
        """As in a run; null too for what is not in this one: a task of a handler that was not due, a fallback."""
        assert self._judge is not None
        if () not in self._judge.board.cells.get(self._plan.tasks[task], ()) and not self._cell.index:
            return None
        return super().value(task, field)

    def _value(self, cell: Cell, field: str | None, checks: tuple[str, ...]) -> Any:
        assert self._judge is not None
        if cell.is_instance and self._judge.task(cell, checks, self._cell) is Colour.SUCCEEDED:
            saved = cell.outcome == "recovered" and cell.subject.task.fallback
            name = saved or cell.subject.name
            if cell.value is None:
                raise Blank(f"{name}.{field}" if field else name)
            try:
                return super()._value(cell, field, checks)
            except KeyError:
                raise Blank(f"{name}.{field}") from None
        return super()._value(cell, field, checks)


def watched(function: Callable[[View], Any], tell: Callable[[Blank], None]) -> Callable[[View], Any]:
    """The function of a view; what it finds blank is told before it is raised."""

    def call(v: View) -> Any:
        try:
            return function(v)
        except Blank as blank:
            tell(blank)
            raise

    return call
