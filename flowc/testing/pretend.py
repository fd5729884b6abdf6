"""A flow as a test wants it: every task ends at once, as was set, and conditions tell what they lack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from attrs import define, field, frozen

from flowc.ir.graph import Graph
from flowc.ir.tests import SetEnd, SetValue
from flowc.ir.types import ListOf, Type
from flowc.runtime.actions import Check, Fail, Pretend
from flowc.runtime.attempts import Result, Success
from flowc.runtime.conforming import Mismatch
from flowc.runtime.errors import Failure
from flowc.runtime.model import Decision, Flow, InArm, Loop, Match, Retry, Task
from flowc.runtime.values import conform, encode
from flowc.runtime.view import View
from flowc.source import Span
from flowc.target.types import spelled
from flowc.testing.view import Blank, watched

Lack = Callable[[str, Span | None], None]
"""Told that a condition or a list reads something that is not set, and where that condition stands."""


@frozen
class Given:
    """The value that a test gives a task, or an output of it; `nested` where each element of loops has its own."""

    setting: SetValue
    value: Any
    nested: bool


def given(setting: SetValue, value: Any) -> Given:
    """What is set, once it is seen whether it is one value or lists of them. Mismatch where it is neither."""
    if setting.loops:
        many: Type = setting.type
        for _ in range(setting.loops):
            many = ListOf(many)
        try:
            return Given(setting, conform(value, spelled(many)), True)
        except Mismatch:
            pass
    return Given(setting, conform(value, spelled(setting.type)), False)


@define(eq=False)
class Mocked:
    """The flow of one test. `missing` takes what is wrong with lists of values, which shows when it is run."""

    flow: Flow
    graph: Graph
    ends: Mapping[str, SetEnd]
    values: Mapping[str, tuple[Given, ...]]
    lack: Lack
    missing: Callable[[Given, tuple[int, ...]], None]
    _skips: list[Decision] = field(factory=list[Decision])

    def make(self) -> Flow:
        """The flow to be run."""
        tasks = [self._task(task) for task in self.flow.tasks]
        decisions = [self._decision(item) for item in self.flow.decisions]
        returns, output = self.flow.returns, self.flow.output
        return replace(
            self.flow,
            tasks=tasks,
            decisions=[*decisions, *self._skips],
            loops=[self._loop(item) for item in self.flow.loops],
            returns=_forgiving(returns, output) if returns and output else None,
            output="any" if returns else None,
            secrets=(),
        )

    def _task(self, task: Task) -> Task:
        end = self.ends.get(task.name)
        if end and end.outcome == "skipped":
            name = f"flowc_skip {task.name}"
            self._skips.append(Decision(name, [lambda v: True], task.scope))
            task = replace(task, scope=[*task.scope, InArm(name, 1)])
        if isinstance(task.action, Check):
            return replace(task, action=replace(task.action, condition=_passing(task.action.condition)))
        if isinstance(task.action, Fail):
            return task
        if end and end.outcome == "failed":
            failure = failed(task.retry)
            return replace(task, action=Pretend(lambda index: failure))
        values = self.values.get(task.name, ())
        return replace(task, action=Pretend(lambda index: self._success(values, index)), output=task.output or "any")

    def _success(self, values: tuple[Given, ...], index: tuple[int, ...]) -> Result:
        outputs: dict[str, Any] = {}
        for each in values:
            try:
                value = _at(each.value, index) if each.nested else each.value
            except IndexError:
                self.missing(each, index)
                continue
            if each.setting.output is None:
                return Success(encode(value, spelled(each.setting.type)))
            outputs[each.setting.output] = value
        return Success(encode(outputs) if outputs else None)

    def _decision(self, item: Decision | Match) -> Decision | Match:
        tell = self._teller(self.graph.decision(item.name).at)
        if isinstance(item, Match):
            return replace(item, subject=watched(item.subject, tell))
        return replace(item, arms=[watched(arm, tell) for arm in item.arms])

    def _loop(self, item: Loop) -> Loop:
        return replace(item, items=watched(item.items, self._teller(self.graph.loop(item.name).at)))

    def _teller(self, at: Span | None) -> Callable[[Blank], None]:
        return lambda blank: self.lack(blank.name, at)


def failed(retry: Retry) -> Failure:
    """A failure that is tried again wherever one is: it bears all that `on` names."""
    wanted = [each for each in retry.on if each not in retry.never]
    code = next((each for each in wanted if isinstance(each, int)), None)
    names = tuple(each for each in wanted if isinstance(each, str))
    return Failure("set to fail by the test", ("Failed", *names), code)


def ends(settings: Iterator[SetEnd], graph: Graph) -> dict[str, SetEnd]:
    """What becomes of each node: as it was set itself, else as the innermost group was."""
    found: dict[str, SetEnd] = {}
    several = list(settings)
    groups = [each for each in several if each.is_group]
    for each in sorted(groups, key=lambda each: -len(graph.group(each.name).members)):
        found |= dict.fromkeys(graph.group(each.name).members, each)
    return found | {each.name: each for each in several if not each.is_group}


def _at(value: Any, index: tuple[int, ...]) -> Any:
    for number in index:
        value = cast("list[Any]", value)[number]
    return value


def _passing(condition: Callable[[View], bool]) -> Callable[[View], bool]:
    """A check over what is not set holds."""

    def call(v: View) -> bool:
        try:
            return condition(v)
        except Blank:
            return True

    return call


def _forgiving(returns: Callable[[View], Any], output: str) -> Callable[[View], Any]:
    """What is not set is no mistake of the flow's `return`."""

    def call(v: View) -> Any:
        try:
            return conform(returns(v), output)
        except Blank:
            return None

    return call
