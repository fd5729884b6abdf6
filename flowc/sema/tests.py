"""`test "..." for f { set run.date = ...  expect skipped(x) }`: what is set is there, and takes what it is set to.

Nothing runs these yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define

from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr
from flowc.ir.types import DATE, DATETIME, Record, Type
from flowc.sema.expectations import names_of_test, read_expectation
from flowc.sema.expressions import expected
from flowc.sema.modules import Module
from flowc.sema.place import loops
from flowc.sema.scope import GroupSymbol, TaskSymbol
from flowc.sema.spot import FlowState
from flowc.sema.types import type_from
from flowc.sema.world import Library
from flowc.source import Span
from flowc.syntax import ast

_RUN: Mapping[str, Type | None] = {"at": DATETIME, "date": DATE, "partition": None, "event": None}
_OUTCOMES = ("succeeded", "failed", "skipped")


@define(eq=False)
class TestReader:
    """Reads the tests of a file; `states` are the flows that were analysed, by name."""

    library: Library
    flows: Mapping[str, tuple[Module, ast.Flow]]
    states: Mapping[str, FlowState]

    def read(self, module: Module, test: ast.Test) -> None:
        problems = self.library.problems
        name = test.flow.parts[-1].text if test.flow else next(iter(self.flows), "")
        if test.flow is None and len(self.flows) != 1:
            problems.add("FLOW302", "this test does not say of which flow it is", test.title.span, helps=("for NAME",))
        elif test.flow is not None and name not in self.flows:
            near = closest(test.flow.text, self.flows)
            helps = (f"did you mean `{near}`?",) if near else ()
            problems.add("FLOW201", f"unknown flow `{test.flow.text}`", test.flow.span, helps=helps)
        state = self.states.get(name) if name in self.flows else None
        context = self.library.context(module)
        if state is not None:
            context = self.library.context(self.flows[name][0], names_of_test(test, state, context))
        for stmt in test.body:
            match stmt:
                case ast.Set() if state is not None:
                    self._set(stmt, state, module)
                case ast.Clause(name=ast.Name(text="expect")) if len(stmt.args) != 1 or stmt.args[0].name:
                    problems.add("FLOW302", "`expect` takes one condition", stmt.span, helps=("expect ran(load)",))
                case ast.Clause(name=ast.Name(text="expect")) if state is not None:
                    read_expectation(stmt.args[0].value, state, context)
                case ast.Set() | ast.Let() | ast.Clause(name=ast.Name(text="expect")):
                    pass
                case _:
                    problems.add("FLOW212", "a test holds `set` and `expect` lines", stmt.span)

    def _set(self, stmt: ast.Set, state: FlowState, module: Module) -> None:
        path = stmt.path.text
        parts = [part.text for part in stmt.path.parts]
        owner, flow = self.flows[state.name]
        param = next((param for param in flow.params if param.name.text == path), None)
        if param is not None:
            self._takes(stmt, type_from(param.type, self.library.context(owner)), module)
        elif len(parts) == 2 and parts[0] == "run" and parts[1] in _RUN:
            self._takes(stmt, _RUN[parts[1]], module)
        elif path in state.tasks:
            self._mock(stmt, state.tasks[path], None, module)
        elif len(parts) > 1 and ".".join(parts[:-1]) in state.tasks:
            self._mock(stmt, state.tasks[".".join(parts[:-1])], stmt.path.parts[-1], module)
        elif path in state.groups:
            self._outcome(stmt, state.groups[path], module)
        else:
            self._unknown(path, stmt.path.span, [*state.tasks, *state.groups, *(f"run.{word}" for word in _RUN)])

    def _outcome(self, stmt: ast.Set, group: GroupSymbol, module: Module) -> None:
        """A group has an outcome, the use of a template may have a value too."""
        if _is_outcome(stmt.value):
            return
        value = group.value() if group.value else None
        if value is None:
            what = f"`{stmt.path.text}` is a group: it has an outcome"
            helps = (f"one of {', '.join(_OUTCOMES)}",)
            self.library.problems.add("FLOW301", what, stmt.value.span, helps=helps)
        else:
            self._takes(stmt, value.type if isinstance(value, Expr) and not loops(group.place) else None, module)

    def _mock(self, stmt: ast.Set, task: TaskSymbol, output: ast.Name | None, module: Module) -> None:
        if output is None and _is_outcome(stmt.value):
            return
        type_ = task.output
        if output is not None:
            field = type_.field(output.text) if isinstance(type_, Record) and task.several else None
            if field is None:
                self.library.problems.add("FLOW204", f"`{task.id}` has no output `{output.text}`", output.span)
                return
            type_ = field.type
        elif type_ is None:
            self.library.problems.add("FLOW204", f"`{task.id}` has no value", stmt.value.span)
            return
        # A task in a loop may be given one value for all elements or a list of them.
        self._takes(stmt, None if loops(task.place) else type_, module)

    def _takes(self, stmt: ast.Set, type_: Type | None, module: Module) -> None:
        expected(stmt.value, self.library.context(module), type_, what=f"`{stmt.path.text}`")

    def _unknown(self, path: str, span: Span, known: list[str]) -> None:
        near = closest(path, known)
        helps = (f"did you mean `{near}`?",) if near else ("set a parameter, a task, or `run.date`",)
        self.library.problems.add("FLOW805", f"`{path}` names nothing", span, helps=helps)


def _is_outcome(value: ast.Expr) -> bool:
    return isinstance(value, ast.Name) and value.text in _OUTCOMES
