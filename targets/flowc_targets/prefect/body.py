"""What one function reads: how its values come in, what it imports. A task's, or that of a condition or a list."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from flowc.ir import expr as ir
from flowc.ir.graph import Decision, Loop, Node
from flowc.ir.types import Optional, Type
from flowc.target.code import Code, element, support
from flowc.target.literals import string
from flowc.target.naming import variable
from flowc_targets.prefect.names import HOME, KIT, RESERVED, param_name
from flowc_targets.project import body
from flowc_targets.project.annotations import annotation
from flowc_targets.project.names import last
from flowc_targets.project.partitions import partition

if TYPE_CHECKING:
    from flowc_targets.prefect.flow import FlowWriter


class Body(body.Body):
    """Collects what a function is made of; it is the `Leaves` of the expressions in it.

    `closed`: it stands inside of the flow function, whose params it sees.
    """

    def __init__(self, flow: FlowWriter, thing: Node | Decision | Loop | None, *, closed: bool = False) -> None:
        super().__init__(flow.graph, flow.imports, flow.secrets, flow.environment)
        self.flow = flow
        self.thing = thing
        self.closed = closed
        self.parameters: dict[str, str] = {}
        """The type of each, as an annotation."""
        self.arguments: dict[str, str] = {}
        """What is handed over for each."""
        self.reads: dict[str, str] = {}
        """The parameter that holds a task's value."""
        self._names: set[str] = {*RESERVED, *(name.partition(".")[0] for name in flow.modules.values())}
        self._known: dict[str, str] = {}

    # -------------------------------------------------------------- writing

    def home(self, name: str) -> str:
        return f"{KIT}.{HOME[name]}" if name else KIT

    def signature(self) -> tuple[str, ...]:
        """The parameters with their types."""
        return tuple(f"{name}: {kind}" for name, kind in self.parameters.items())

    # -------------------------------------------------------------- what comes in

    def take(self, key: str, wanted: str, kind: Type | None, argument: str) -> str:
        """A parameter for something that comes in, each once."""
        if key not in self._known:
            name = variable(wanted, self._names)
            self._names.add(name)
            self._known[key] = name
            self.parameters[name] = self.write(annotation(kind) if kind is not None else Code("Any"))
            self.arguments[name] = argument
        return self._known[key]

    def param(self, leaf: ir.Param) -> Code:
        name = param_name(leaf.name)
        if self.closed and not hasattr(builtins, name):
            return Code(name)
        return Code(self.take(f"param {leaf.name}", leaf.name, leaf.type, name))

    def run(self, leaf: ir.Run) -> Code:
        graph = self.flow.graph
        match leaf.name:
            case "at" | "date":
                return _clock(f"run_{leaf.name}", graph.zone)
            case "partition":
                return partition(graph, lambda zone: _clock("run_at", zone))
            case "trigger":
                return support("run_trigger")
            case "flow":
                return Code(string(graph.name))
            case "id":
                return support("run_id")
            case "error" | "failed_task" | "lateness":
                return Code(self.take(f"run {leaf.name}", leaf.name, leaf.type, f"run.{leaf.name}"))
            case name:
                raise AssertionError(f"run.{name} is refused before it is lowered")

    def output(self, leaf: ir.Output) -> Code:
        argument = self.flow.argument(self.thing, leaf.node)
        kind = leaf.type if leaf.field is None else self.flow.value_type(leaf.node, leaf.gathered)
        raw = Code(self.take(f"task {leaf.node}", last(leaf.node), kind, argument))
        self.reads[leaf.node] = raw.text
        if leaf.field is None:
            return raw
        key = Code(string(leaf.field))
        may_lack = isinstance(leaf.type, Optional) or leaf.gathered
        return self.member(raw, key, leaf.gathered) if may_lack else element(raw, key)

    def item(self, leaf: ir.Item) -> Code:
        loop = self.flow.graph.loop(leaf.loop)
        wanted = loop.item if leaf.role == "item" else loop.keys or leaf.role
        argument = f"{self.flow.variable(loop)}.{leaf.role}"
        return Code(self.take(f"{leaf.role} {leaf.loop}", wanted, leaf.type, argument))


def _clock(function: str, zone: str) -> Code:
    """What the run's instant shows on the clocks of a zone."""
    return support(function, *([Code(string(zone))] if zone != "UTC" else []))
