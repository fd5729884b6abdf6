"""The body of one `@task` function: what it reads, how its values come in, what it imports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flowc.ir import expr as ir
from flowc.ir.actions import RunFlow
from flowc.ir.types import Optional, Scalar, Type
from flowc.target.code import Code, call, element, support
from flowc.target.literals import string
from flowc.target.naming import variable
from flowc.target.types import spelled
from flowc_targets.airflow.names import HOME, KIT
from flowc_targets.airflow.starts import is_here
from flowc_targets.airflow.steps import ListStep, Seen, Step
from flowc_targets.airflow.written import constants, written_length
from flowc_targets.project import body
from flowc_targets.project.leaves import is_plain_json
from flowc_targets.project.names import last
from flowc_targets.project.partitions import partition

if TYPE_CHECKING:
    from flowc_targets.airflow.dag import Dag

_OF_HANDLERS = ("error", "failed_task", "lateness")


class Body(body.Body):
    """Collects what a function is made of; it is the `Leaves` of the expressions in it."""

    def __init__(self, dag: Dag, step: Step) -> None:
        super().__init__(dag.graph, set(), dag.secrets, dag.variables)
        self.dag = dag
        self.step = step
        self.parameters: dict[str, str] = {}
        self.local_imports: set[tuple[str, str]] = set()
        self.takes_context = False
        self.by_value: set[Step] = set()
        """The steps that come in as arguments, whose edges need not be said."""
        self._opening: list[str] = []
        self._values: dict[Step, str] = {}
        self._seen = self._waited_for()
        self._followed = {*step.steps()}
        self._names: set[str] = {*dag.reserved, *([dag.element(step)] if step.path else [])}

    # -------------------------------------------------------------- writing

    def home(self, name: str) -> str:
        return HOME[name] if name else KIT

    def called_connection(self, name: str) -> str:
        return self.dag.connection(name)

    def helper(self, name: str, *args: Code | str, **named: Code | str) -> Code:
        """A call of a support function that is given the context first."""
        self.takes_context = True
        given = ["context", *(self.write(arg) for arg in args)]
        given += [f"{key}={self.write(value)}" for key, value in named.items()]
        return self.use(support(name, *(Code(text) for text in given)))

    def user_function(self, module: str, function: str) -> str:
        """A function of the user, imported where it is called: DAG files are parsed all the time."""
        first, dot, rest = function.partition(".")
        if module == "builtins":
            return function
        name = variable(first, self._names)
        self.local_imports.add((module, first if name == first else f"{first} as {name}"))
        return name + dot + rest

    def body(self) -> tuple[str, ...]:
        """All lines, in order."""
        from flowc.target.code import import_lines

        imports = [*import_lines(self.local_imports), *([""] if self.local_imports else [])]
        return (*imports, *self._opening, *self.lines)

    # -------------------------------------------------------------- values of other tasks

    def seen(self, node: str) -> Seen:
        """A task as this step sees it."""
        return self._seen.get(node) or self.dag.plan.see(node, self.step.path)

    def _waited_for(self) -> dict[str, Seen]:
        """The tasks that the step waits for, each as the first of its waits sees it."""
        found: dict[str, Seen] = {}
        for wait in self.step.gate.waits if self.step.gate else self.step.waits:
            for seen in wait.seen:
                step = seen.step.inner if isinstance(seen.step, ListStep) else seen.step
                if step and step.kind in ("node", "result") and step.thing is not None:
                    found.setdefault(step.thing.name, seen)
        return found

    def value(self, seen: Seen) -> str:
        """The variable that holds what a step has left in its XCom."""
        step = seen.step
        assert step is not None
        if step not in self._values:
            self._values[step] = self._bring(step, seen)
        return self._values[step]

    def _bring(self, step: Step, seen: Seen) -> str:
        name = self._name("failure" if step.kind == "ends" else step.node.name)
        runs = step.kind == "node" and isinstance(step.node.action, RunFlow)
        if not runs and self._comes_as_argument(step):
            self.parameters[name] = self.dag.variable(step)
            self.by_value.add(step)
            return name
        self.dag.need_value(step)
        function = "value_of_flow" if runs else "pull"
        checks = [self.locate(check) for check in seen.checks if self._is_no_skip(check, seen)]
        named = {"unless": Code(f"[{', '.join(self.write(check) for check in checks)}]")} if checks else {}
        self._opening.append(f"{name} = {self.helper(function, self.locate(step), **named).text}")
        return name

    def _comes_as_argument(self, step: Step) -> bool:
        """Whether Airflow hands the value over: the task follows the other one directly, by a trigger rule."""
        return (
            step in self._followed
            and self.step.gate is None
            and self.step.rule is not None
            and is_here(self.step, step)
        )

    def _is_no_skip(self, check: Step, seen: Seen) -> bool:
        """Whether the reader runs where the check says skip, and then reads null."""
        roles = {wait.role for wait in (self.step.gate or self.step).waits if seen in wait.seen}
        return "requires" not in roles and self.dag.plan.skips.can_skip(check.node.name)

    def _name(self, wanted: str) -> str:
        found = variable(last(wanted), self._names)
        if found.rstrip("_") in self._names:
            found = variable(wanted, self._names)
        self._names.add(found)
        return found

    def locate(self, step: Step) -> Code:
        """A step for the support functions: its id, and the map index where it is not the reader's own."""
        own = Code(string(step.id))
        if not step.path or step.path == self.step.path or len(step.path) >= len(self.step.path):
            return own
        index = Code(f'{self.element()}["at"][{len(step.path) - 1}]')
        return self.use(support("At", own, index))

    # -------------------------------------------------------------- the element of the loop

    def element(self) -> str:
        """The parameter that holds the element of the innermost loop."""
        name = self.dag.element(self.step)
        self.parameters[name] = name
        self._names.add(name)
        return name

    # -------------------------------------------------------------- leaves

    def param(self, leaf: ir.Param) -> Code:
        self.takes_context = True
        line = 'params = context["params"]'
        if line not in self._opening:
            self._opening.insert(0, line)
        return _received(Code(f"params[{string(leaf.name)}]"), leaf.type)

    def run(self, leaf: ir.Run) -> Code:
        self.takes_context = True
        match leaf.name:
            case "at" | "date":
                return _clock(f"run_{leaf.name}", self.dag.graph.zone)
            case "partition":
                return partition(self.dag.graph, lambda zone: _clock("run_at", zone))
            case "trigger":
                return support("run_trigger", Code("context"))
            case "flow" if self.dag.graph.renamed_from is None:
                return Code('context["dag_run"].dag_id')
            case "flow":
                return Code(string(self.dag.graph.name))
            case "id":
                return Code('context["dag_run"].run_id')
            case name if name in _OF_HANDLERS:
                return self._of_handler(name, leaf.type)
            case name:
                raise AssertionError(f"run.{name} is refused before it is lowered")

    def _of_handler(self, name: str, kind: Type) -> Code:
        ends = self.dag.plan.ends[self.dag.plan.phase(self.step.thing)]  # type: ignore[arg-type]
        self.dag.tells.add(ends)
        found = Code(f"{self.value(Seen(ends))}[{string(name)}]")
        return _received(found, kind)

    def output(self, leaf: ir.Output) -> Code:
        seen = self.seen(leaf.node)
        raw = Code(self.value(seen))
        if leaf.field is not None:
            may_lack = isinstance(leaf.type, Optional) or leaf.gathered
            key = Code(string(leaf.field))
            raw = self.member(raw, key, leaf.gathered) if may_lack else element(raw, key)
        return _received(raw, leaf.type)

    def item(self, leaf: ir.Item) -> Code:
        raw = self._item(leaf)
        return raw if leaf.role == "index" else _received(raw, leaf.type)

    def _item(self, leaf: ir.Item) -> Code:
        depth = self.step.path.index(leaf.loop)
        if self.dag.plan.is_flattened(self.step.path):
            part = {"item": "items", "index": "index", "key": "keys"}[leaf.role]
            return Code(f'{self.element()}["{part}"][{depth}]')
        if leaf.role == "index":
            self.takes_context = True
            return Code('context["ti"].map_index')
        loop = self.dag.graph.loop(leaf.loop)
        found = self.element()
        if written_length(loop) is not None and constants(loop) is None:  # mapped over its numbers
            listed = self.helper("pull", string(self.dag.plan.each[loop.name].id))
            found = f'{listed.text}[context["ti"].map_index]'
        if self.dag.is_keyed(leaf.loop):
            return Code(f'{found}["{"key" if leaf.role == "key" else "value"}"]')
        return Code(found)


def _received(raw: Code, kind: Type) -> Code:
    """A value out of JSON by its type."""
    if is_plain_json(kind):
        return raw
    match kind:
        case Scalar(name="float"):
            return call("float", raw)
        case Scalar(name="path"):
            return support("path", raw)
        case _:
            return support("from_xcom", raw, Code(string(spelled(kind))))


def joined(codes: Iterable[str]) -> Code:
    """`[a, b]`."""
    return Code(f"[{', '.join(codes)}]")


def _clock(function: str, zone: str) -> Code:
    """What the run's instant shows on the clocks of a zone."""
    return support(function, Code("context"), *([Code(string(zone))] if zone != "UTC" else []))
