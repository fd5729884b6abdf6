"""`test "..." for f { set run.date = ...  expect skipped(x) }`: what is set is there, and takes what it is set to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from attrs import define, evolve

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Convert, Expr, Output
from flowc.ir.tests import Claim, SetEnd, SetOutcome, SetParam, SetRun, Setting, SetValue, Test
from flowc.ir.types import ANY, DATE, DATETIME, ListOf, Record, Type
from flowc.sema.expectations import names_of_test, read_expectation
from flowc.sema.expressions import expected, is_poison
from flowc.sema.infer import is_literal
from flowc.sema.modules import Module
from flowc.sema.place import loops
from flowc.sema.relations import strip
from flowc.sema.scope import GroupSymbol, TaskSymbol
from flowc.sema.spot import FlowState
from flowc.sema.types import type_from
from flowc.sema.world import Library
from flowc.source import Span
from flowc.syntax import ast

_RUN = ("at", "date", "partition", "event")
_OUTCOMES = ("succeeded", "failed", "skipped")


def flow_of(test: ast.Test, flows: Mapping[str, object]) -> str:
    """The name of the flow that a test is of: the one that it says, or the only one there is."""
    return test.flow.parts[-1].text if test.flow else next(iter(flows), "")


@define(eq=False)
class TestReader:
    """Reads the tests of a file; `states` are the flows that were analysed, by name."""

    __test__ = False

    library: Library
    flows: Mapping[str, tuple[Module, ast.Flow]]
    states: Mapping[str, FlowState]

    def read(self, module: Module, test: ast.Test) -> Test | None:
        """The test, whose `let`s are in it; None where it cannot be read at all."""
        problems = self.library.problems
        name = flow_of(test, self.flows)
        if test.flow is None and len(self.flows) != 1:
            problems.add("FLOW302", "this test does not say of which flow it is", test.title.span, helps=("for NAME",))
            return None
        if test.flow is not None and name not in self.flows:
            near = closest(test.flow.text, self.flows)
            helps = (f"did you mean `{near}`?",) if near else ()
            problems.add("FLOW201", f"unknown flow `{test.flow.text}`", test.flow.span, helps=helps)
        state = self.states.get(name) if name in self.flows else None
        context = self.library.context(self.flows[name][0] if state else module)
        if state is not None:
            context = evolve(context, partition=state.partition, event=state.event)
            context = evolve(context, names=names_of_test(test, state, context))
        self._once(test)
        settings: list[Setting] = []
        claims: list[Claim] = []
        for stmt in test.body:
            match stmt:
                case ast.Set() if state is not None:
                    settings += self._set(stmt, state, module)
                case ast.Clause(name=ast.Name(text="expect")) if len(stmt.args) != 1 or stmt.args[0].name:
                    problems.add("FLOW302", "`expect` takes one condition", stmt.span, helps=("expect ran(load)",))
                case ast.Clause(name=ast.Name(text="expect")) if state is not None:
                    claims += read_expectation(stmt.args[0].value, state, context)
                case ast.Set() | ast.Let() | ast.Clause(name=ast.Name(text="expect")):
                    pass
                case _:
                    problems.add("FLOW212", "a test holds `set` and `expect` lines", stmt.span)
        if not any(isinstance(stmt, ast.Clause) and stmt.name.text == "expect" for stmt in test.body):
            what = "this test expects nothing, so it passes whatever the flow does"
            problems.add("FLOW833", what, test.title.span, helps=("expect ran(run)",))
        return Test(test.title.plain or test.title.span.text, name, tuple(settings), tuple(claims), test.title.span)

    def _once(self, test: ast.Test) -> None:
        """What is set twice is a mistake of one of the two."""
        first: dict[str, ast.Set] = {}
        for stmt in test.body:
            if isinstance(stmt, ast.Set) and (held := first.setdefault(stmt.path.text, stmt)) is not stmt:
                what = f"`{stmt.path.text}` is set twice in this test"
                related = [Label(held.path.span, "first here")]
                self.library.problems.add("FLOW202", what, stmt.path.span, related=related)

    def _set(self, stmt: ast.Set, state: FlowState, module: Module) -> Iterator[Setting]:
        path, at = stmt.path.text, stmt.span
        parts = [part.text for part in stmt.path.parts]
        owner, flow = self.flows[state.name]
        param = next((param for param in flow.params if param.name.text == path), None)
        held = ".".join(parts[:-1])
        if param is not None:
            value = self._takes(stmt, type_from(param.type, self.library.context(owner)), module)
            if value is not None:
                yield SetParam(path, value, at)
        elif len(parts) == 2 and parts[0] == "run" and parts[1] in _RUN:
            types: dict[str, Type | None] = {"at": DATETIME, "date": DATE, "partition": state.partition}
            if (parts[1] == "partition" and state.partition is None) or (parts[1] == "event" and state.event is None):
                what = "partitions" if parts[1] == "partition" else "event that starts it"
                self._unknown(path, stmt.path.span, [], f"`{state.name}` has no {what}")
                return
            value = self._takes(stmt, types.get(parts[1]), module)
            if value is not None:
                yield SetRun(parts[1], value, at)
        elif path in state.tasks:
            yield from self._mock(stmt, state.tasks[path], None, module)
        elif path in state.groups:
            yield from self._group(stmt, state.groups[path], None, state, module)
        elif len(parts) > 1 and held in state.tasks:
            yield from self._mock(stmt, state.tasks[held], stmt.path.parts[-1], module)
        elif len(parts) > 1 and held in state.groups and state.groups[held].value:
            yield from self._group(stmt, state.groups[held], stmt.path.parts[-1], state, module)
        else:
            self._unknown(path, stmt.path.span, [*state.tasks, *state.groups, *(f"run.{word}" for word in _RUN)])

    def _group(
        self, stmt: ast.Set, group: GroupSymbol, output: ast.Name | None, state: FlowState, module: Module
    ) -> Iterator[Setting]:
        """A group has an outcome; the use of a template that returns what a task gave may have a value too."""
        if output is None and _is_outcome(stmt.value):
            yield SetEnd(group.id, True, cast(SetOutcome, stmt.value.span.text), stmt.span)
            return
        value = group.value() if group.value else None
        if isinstance(value, dict):
            value = value.get(output.text) if output else None
        elif output is not None:
            value = None
        while isinstance(value, Convert):
            value = value.operand
        task = state.tasks.get(value.node) if isinstance(value, Output) else None
        if task is None or not isinstance(value, Output) or task.output is None:
            what = (
                f"what `{group.id}` returns is computed: set the tasks that it is computed from"
                if value is not None
                else f"`{stmt.path.text}` is a group: it has an outcome"
            )
            helps = (f"one of {', '.join(_OUTCOMES)}",) if value is None else ()
            self.library.problems.add("FLOW301", what, stmt.value.span, helps=helps)
            return
        type_ = _field(task, value.field) if value.field else task.output
        yield from self._given(stmt, task, value.field, type_ or ANY, module)

    def _mock(self, stmt: ast.Set, task: TaskSymbol, output: ast.Name | None, module: Module) -> Iterator[Setting]:
        if output is None and _is_outcome(stmt.value):
            yield SetEnd(task.id, False, cast(SetOutcome, stmt.value.span.text), stmt.span)
            return
        if output is not None:
            type_ = _field(task, output.text)
            if type_ is None:
                self.library.problems.add("FLOW204", f"`{task.id}` has no output `{output.text}`", output.span)
                return
        elif task.output is None:
            self.library.problems.add("FLOW204", f"`{task.id}` has no value", stmt.value.span)
            return
        else:
            type_ = task.output
        yield from self._given(stmt, task, output.text if output else None, type_, module)

    def _given(
        self, stmt: ast.Set, task: TaskSymbol, output: str | None, type_: Type, module: Module
    ) -> Iterator[Setting]:
        """A value of a task; one in loops may have one for all elements, or nested lists of them."""
        depth = loops(task.place)
        found = self._takes(stmt, self._reach(stmt.value, type_, depth) if depth else type_, module)
        if found is not None:
            yield SetValue(task.id, output, found, type_, depth, stmt.span)

    def _reach(self, value: ast.Expr, type_: Type, depth: int) -> Type | None:
        """What is given in loops: one value, or lists of them, as it is written; None where that says nothing of it."""
        if not isinstance(value, ast.ListExpr):
            return type_ if is_literal(value) else None
        if value.items and _levels(value) <= _levels_of(type_):
            return type_
        for _ in range(depth):
            type_ = ListOf(type_)
        return type_

    def _takes(self, stmt: ast.Set, type_: Type | None, module: Module) -> Expr | None:
        found = expected(stmt.value, self.library.context(module), type_, what=f"`{stmt.path.text}`")
        return None if is_poison(found) and not isinstance(stmt.value, ast.NullLiteral) else found

    def _unknown(self, path: str, span: Span, known: list[str], why: str = "") -> None:
        near = closest(path, known)
        helps = (f"did you mean `{near}`?",) if near else ("set a parameter, a task, or `run.date`",)
        self.library.problems.add("FLOW805", why or f"`{path}` names nothing", span, helps=helps)


def _field(task: TaskSymbol, name: str) -> Type | None:
    """The type of one of several outputs."""
    type_ = task.output
    field = type_.field(name) if isinstance(type_, Record) and task.several else None
    return field.type if field else None


def _levels(value: ast.Expr) -> int:
    """How many lists deep a value is written."""
    return 1 + (_levels(value.items[0]) if value.items else 0) if isinstance(value, ast.ListExpr) else 0


def _levels_of(type_: Type) -> int:
    inner = strip(type_)
    return 1 + _levels_of(inner.item) if isinstance(inner, ListOf) else 0


def _is_outcome(value: ast.Expr) -> bool:
    return isinstance(value, ast.Name) and value.text in _OUTCOMES
