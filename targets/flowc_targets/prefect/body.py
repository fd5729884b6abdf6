"""What one function reads: how its values come in, what it imports. A task's, or that of a condition or a list."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from flowc.ir import expr as ir
from flowc.ir.graph import Decision, Loop, Node
from flowc.ir.types import Optional, Type
from flowc.target.code import Code, element, identifier, support
from flowc.target.literals import string
from flowc.target.naming import variable
from flowc_targets.prefect.names import HOME, KIT, RESERVED, last
from flowc_targets.project.annotations import annotation
from flowc_targets.project.leaves import asset_value, env_of

if TYPE_CHECKING:
    from flowc_targets.prefect.flow import FlowWriter


class Body:
    """Collects what a function is made of; it is the `Leaves` of the expressions in it.

    `closed`: it stands inside of the flow function, whose params it sees.
    """

    def __init__(self, flow: FlowWriter, thing: Node | Decision | Loop | None, *, closed: bool = False) -> None:
        self.flow = flow
        self.thing = thing
        self.closed = closed
        self.parameters: dict[str, str] = {}
        """The type of each, as an annotation."""
        self.arguments: dict[str, str] = {}
        """What is handed over for each."""
        self.reads: dict[str, str] = {}
        """The parameter that holds a task's value."""
        self.lines: list[str] = []
        self._names: set[str] = {*RESERVED, *(name.partition(".")[0] for name in flow.modules.values())}
        self._known: dict[str, str] = {}

    # -------------------------------------------------------------- writing

    def write(self, code: Code | str) -> str:
        """The text of some code, whose imports are noted."""
        return self.use(code).text if isinstance(code, Code) else code

    def use(self, code: Code) -> Code:
        """Note what some code needs."""
        self.flow.imports |= code.imports
        self.flow.imports |= {(f"{KIT}.{HOME[name]}", name) for name in code.support}
        return code

    def line(self, text: str) -> None:
        self.lines.append(text)

    def module(self, name: str) -> str:
        """A module of the support package."""
        self.flow.imports.add((KIT, name))
        return name

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
        name = identifier(leaf.name)
        if self.closed and not hasattr(builtins, name):
            return Code(name)
        return Code(self.take(f"param {leaf.name}", leaf.name, leaf.type, name))

    def run(self, leaf: ir.Run) -> Code:
        graph = self.flow.graph
        clock = (Code(string(graph.zone)),) if graph.zone != "UTC" else ()
        match leaf.name:
            case "at":
                return support("run_at", *clock)
            case "date":
                return support("run_date", *clock)
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
        return self._field(raw, key, leaf.gathered) if may_lack else element(raw, key)

    def _field(self, raw: Code, key: Code, levels: int) -> Code:
        """A field of a record that may be null, or of all records of a list."""
        if not levels:
            return support("member", raw, key)
        each = self._field(Code("each"), key, levels - 1)
        return Code(f"[{each.text} for each in {raw.text}]", support=each.support)

    def item(self, leaf: ir.Item) -> Code:
        loop = self.flow.graph.loop(leaf.loop)
        wanted = loop.item if leaf.role == "item" else loop.keys or leaf.role
        argument = f"{self.flow.variable(loop)}.{leaf.role}"
        return Code(self.take(f"{leaf.role} {leaf.loop}", wanted, leaf.type, argument))

    # -------------------------------------------------------------- what is read where it runs

    def secret(self, leaf: ir.Secret) -> Code:
        self.flow.secrets.add(leaf.name)
        return support("secret", Code(string(leaf.name)))

    def env(self, leaf: ir.Env, default: Code | None) -> Code:
        self.flow.environment.add(leaf.name)
        return env_of(leaf, default)

    def asset(self, leaf: ir.Asset) -> Code:
        return asset_value(next(asset for asset in self.flow.graph.assets if asset.name == leaf.name))

    def connection(self, leaf: ir.Connection) -> Code:
        return self.connected(leaf.name)

    def connected(self, name: str) -> Code:
        """The settings of a connection."""
        return Code(f"{self.module('connections')}.{variable(name)}()")
