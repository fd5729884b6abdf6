"""The function of one op: what comes in, how values are read, what it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import frozen

from flowc.ir import expr as ir
from flowc.ir.expr import Expr
from flowc.ir.types import ListOf, MapOf, Optional, Type
from flowc.target.code import Code, element, support
from flowc.target.literals import string
from flowc.target.naming import variable, words
from flowc.target.types import spelled
from flowc_targets.dagster.annotations import annotation
from flowc_targets.dagster.names import HOMES, KIT, field
from flowc_targets.dagster.plan import OWN
from flowc_targets.dagster.steps import Seen, Step
from flowc_targets.project import body
from flowc_targets.project.leaves import is_plain_json
from flowc_targets.project.names import last
from flowc_targets.project.partitions import partition

if TYPE_CHECKING:
    from flowc_targets.dagster.job import Job

_OF_HANDLERS = ("error", "failed_task", "lateness")
Mode = Literal["out", "collect", "entered", "element", "list"]


@frozen
class Input:
    """What is handed over for a parameter: the outputs of steps, one, all of a loop's, or several as a list."""

    mode: Mode
    steps: tuple[Step, ...]
    annotation: str


class Body(body.Body):
    """Collects what a function is made of; it is the `Leaves` of the expressions in it."""

    def __init__(self, job: Job, step: Step) -> None:
        super().__init__(job.graph, set(), job.secrets, job.variables)
        self.job = job
        self.step = step
        self.inputs: dict[str, Input] = {}
        self.after: list[Step] = []
        """What it only waits for."""
        self.arms: list[tuple[Step, int]] = []
        """Decisions whose arm it stands in, where Dagster itself skips it."""
        self.takes_params = False
        self.takes_context = False
        self._seen = self._waited_for()
        self._by_step: dict[tuple[Mode, Step], str] = {}
        self._names: set[str] = {*job.reserved}
        if step.path:
            self._names.add(self.element_name)

    # -------------------------------------------------------------- writing

    def home(self, name: str) -> str:
        return f"{KIT}.{HOMES[name]}" if name else KIT

    def helper(self, name: str, *args: Code | str, **named: Code | str) -> str:
        """A call of a support function."""
        given = [self.write(arg) for arg in args]
        given += [f"{key}={self.write(value)}" for key, value in named.items()]
        return self.use(support(name, *(Code(text) for text in given))).text

    def context(self) -> str:
        """The op's context."""
        self.takes_context = True
        return "context"

    def user_function(self, module: str, function: str) -> str:
        """A function of the user."""
        if module == "builtins":
            return function
        return f"{self.job.import_module(module, self)}.{function}"

    # -------------------------------------------------------------- what comes in

    def bring(self, step: Step, mode: Mode, wanted: str, annotation_: str) -> str:
        """The parameter for an output of a step."""
        if (mode, step) not in self._by_step:
            name = variable(last(wanted), self._names)
            self._names.add(name)
            self.inputs[name] = Input(mode, (step,), annotation_)
            self._by_step[mode, step] = name
        return self._by_step[mode, step]

    def bring_all(self, steps: list[Step], name: str = "tasks") -> str:
        """A parameter for the outcomes of several steps."""
        self.inputs[name] = Input("list", tuple(dict.fromkeys(steps)), f"list[{self.kit('Outcome')}]")
        return name

    def kit(self, name: str) -> str:
        """A name of the support package."""
        self.imports.add((self.home(name), name))
        return name

    def outcome(self, step: Step) -> str:
        """What a step came to, as this one sees it."""
        if step.kind == "table" and step.depth:
            rows = self.bring(step, "out", self.called(step), self.kit("Rows"))
            return self.helper("at_element", rows, self.element())
        if not step.path or self.is_beside(step):
            return self.bring(step, "out", self.called(step), self.kit("Outcome"))
        return self.outcome(self.job.plan.gathered(step, len(step.path)))

    def is_beside(self, step: Step) -> bool:
        """Whether both are mapped over the same elements, in one function."""
        return (step.path, step.frame) == (self.step.path, self.step.frame)

    def value(self, step: Step) -> str:
        """In a plain job, the parameter that holds the value of a step."""
        if step.kind == "table":
            kind = step.inner.node.output
            return self.bring(step.inner, "collect", step.inner.node.name, self._annotation(kind and ListOf(kind)))
        return self.bring(step, "out", self.called(step), self._annotation(step.node.output))

    def _annotation(self, kind: Type | None) -> str:
        return annotation(kind, self.imports) if kind is not None else "None"

    def called(self, step: Step) -> str:
        """The name that a step has in the bodies of others: that of its task, if it is one."""
        if step.kind == "table":
            return self.called(step.inner)
        if step.kind not in ("node", "result"):
            return step.id.removeprefix(OWN)
        return words(step.node.name) if " " in step.node.name else step.node.name

    # -------------------------------------------------------------- the element of the loop

    @property
    def element_name(self) -> str:
        """The parameter that holds the element of the innermost loop."""
        return self.job.item(self.job.graph.loop(self.step.path[-1]))

    def element(self) -> str:
        """The element, which is taken."""
        name = self.element_name
        if name not in self.inputs:
            kind = self._item_type() if self.job.plan.is_plain else self.kit("Element")
            self.inputs = {name: Input("element", (), kind), **self.inputs}
        return name

    def _item_type(self) -> str:
        kind = self.job.graph.loop(self.step.path[-1]).items.type
        kind = kind.item if isinstance(kind, Optional) else kind
        return self._annotation(kind.value if isinstance(kind, MapOf) else getattr(kind, "item", None))

    # -------------------------------------------------------------- leaves

    def param(self, leaf: ir.Param) -> Code:
        self.takes_params = True
        found = Code(f"params.{field(leaf.name)}")
        return found if _is_said(leaf.type) else support("from_json", found, Code(string(spelled(leaf.type))))

    def run(self, leaf: ir.Run) -> Code:
        match leaf.name:
            case "at" | "date":
                return self._clock(f"run_{leaf.name}", self.job.graph.zone)
            case "partition":
                return partition(self.job.graph, lambda zone: self._clock("run_at", zone))
            case "trigger":
                return support("run_trigger", Code(self.context()))
            case "flow" if self.job.graph.renamed_from is None and "." not in self.job.graph.name:
                return Code(f"{self.context()}.job_name")
            case "flow":
                return Code(string(self.job.graph.name))
            case "id":
                return Code(f"{self.context()}.run_id")
            case name if name in _OF_HANDLERS:
                return self._of_handler(name, leaf.type)
            case name:
                raise AssertionError(f"run.{name} is refused before it is lowered")

    def _clock(self, function: str, zone: str) -> Code:
        """What the run's instant shows on the clocks of a zone."""
        return support(function, Code(self.context()), *([Code(string(zone))] if zone != "UTC" else []))

    def _of_handler(self, name: str, kind: Type) -> Code:
        ends = self.job.plan.ends[self.job.plan.phase(self.step.thing)]
        found = Code(f"{self.outcome(ends)}.value[{string(name)}]")
        return found if is_plain_json(kind) else support("from_json", found, Code(string(spelled(kind))))

    def output(self, leaf: ir.Output) -> Code:
        raw = self._read(self.seen(leaf.node))
        if leaf.field is not None:
            may_lack = isinstance(leaf.type, Optional) or leaf.gathered
            key = Code(string(leaf.field))
            raw = self.member(raw, key, leaf.gathered) if may_lack else element(raw, key)
        return raw

    def _read(self, seen: Seen) -> Code:
        assert seen.step is not None
        if self.job.plan.is_plain:
            return Code(self.value(seen.step))
        found = self.outcome(seen.step)
        checks = [check for check in seen.checks if self._may_say_skip(check, seen)]
        if checks:
            found = self.helper("checked", found, *(self.outcome(check) for check in checks))
        return Code(f"{found}.value")

    def seen(self, node: str) -> Seen:
        """A task as this step sees it."""
        return self._seen.get(node) or self.job.plan.see(node, self.step.path)

    def _waited_for(self) -> dict[str, Seen]:
        """The tasks that the step waits for, each as the first of its waits sees it."""
        found: dict[str, Seen] = {}
        for wait in self.step.waits:
            for seen in wait.seen:
                step = seen.step.inner if seen.step and seen.step.kind == "table" else seen.step
                if step and step.kind in ("node", "result"):
                    found.setdefault(step.node.name, seen)
        return found

    def _may_say_skip(self, check: Step, seen: Seen) -> bool:
        """Whether the reader runs where the check says skip, and then reads null."""
        roles = {wait.role for wait in self.step.waits if seen in wait.seen}
        return "requires" not in roles and self.job.plan.skips.can_skip(check.node.name)

    def item(self, leaf: ir.Item) -> Code:
        depth = self.step.path.index(leaf.loop)
        if self.job.plan.is_plain:
            return Code(self.element())
        if depth == len(self.step.path) - 1:
            return Code(f"{self.element()}.{ {'item': 'item', 'index': 'number', 'key': 'key'}[leaf.role] }")
        return Code(f"{self.element()}.{ {'item': 'items', 'index': 'index', 'key': 'keys'}[leaf.role] }[{depth}]")


def _is_said(kind: Type) -> bool:
    """Whether a param's value is as the config has it."""
    from flowc.ir.types import FLOAT

    return is_plain_json(kind) or kind == FLOAT or spelled(kind) == "json"


def constant(expr: Expr) -> object:
    """A constant expression as a value."""
    match expr:
        case ir.Lit(value=value):
            return value
        case ir.Convert(operand=operand):
            return constant(operand)
        case ir.List(items=items):
            return [constant(item) for item in items]
        case ir.Map(entries=entries):
            return {name: constant(value) for name, value in entries}
        case _:
            raise AssertionError(f"no constant: {expr!r}")
