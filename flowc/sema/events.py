"""What starts a flow from outside: `on asset a and file "x/*"`, `on webhook "/p" body Order`, `on flow other(..)`.

No target can say these yet (FLOW901 at build); what stands in them is checked all the same, and gives `run.event` its
type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import define

from flowc.diagnostics.suggest import closest
from flowc.ir.types import DATE, DATETIME, JSON, PATH, SIZE, STR, Field, Record, Type
from flowc.sema.clauses import Said, read_clauses
from flowc.sema.constants import require_stage
from flowc.sema.context import Context
from flowc.sema.expressions import expected
from flowc.sema.relations import optional
from flowc.sema.scope import AssetSymbol, FlowSymbol
from flowc.sema.signatures import Signatures
from flowc.syntax import ast

_KINDS = ("asset", "file", "webhook", "flow")
_OUTCOMES = ("succeeded", "done", "failed")
_CLAUSES = {"poll": "file", "body": "webhook"}
"""Which event each clause of an `on` line is for."""


@define(eq=False)
class EventReader:
    """Reads the `on` lines of one flow."""

    signatures: Signatures

    def read(self, flow: ast.Flow, context: Context) -> Type | None:
        """The type of `run.event`; None where nothing from outside starts the flow."""
        lines = [stmt for stmt in flow.body if isinstance(stmt, ast.OnEvent)]
        shapes = [shape for line in lines for shape in self._line(line, context)]
        if not lines:
            return None
        for param in flow.params:
            if param.default is None:
                context.problems.add(
                    "FLOW302",
                    f"`{param.name.text}` has no default, and nobody is there to give it when an event starts the flow",
                    param.name.span,
                    helps=(f"{param.span.text} = ...",),
                )
        return _joined(shapes)

    def _line(self, line: ast.OnEvent, context: Context) -> list[Type]:
        atoms = list(atoms_of(line.event))
        for stmt in line.body:
            if not isinstance(stmt, ast.Clause):
                context.problems.add("FLOW212", "only clauses stand in an `on` line", stmt.span)
        body: Type = JSON
        for said in read_clauses(line.body.clauses, "e", context):
            word = said.spec.word
            if all(atom.kind.text != _CLAUSES[word] for atom in atoms):
                context.problems.add("FLOW212", f"`{word}` is for `on {_CLAUSES[word]}`", said.span)
            elif word == "body":
                body = _body(said, context)
        return [shape for atom in atoms if (shape := self._atom(atom, body, context)) is not None]

    def _atom(self, atom: ast.EventAtom, body: Type, context: Context) -> Type | None:
        operand = atom.operand
        match atom.kind.text:
            case "asset" if isinstance(operand, ast.Invocation) and operand.args is None:
                return self._asset(operand, context)
            case "flow" if isinstance(operand, ast.Invocation):
                self._flow(operand, context)
                return _record(name=STR, outcome=STR)
            case "file" | "webhook" if isinstance(operand, ast.Text):
                require_stage(expected(operand, context, STR), "build", context, f"`on {atom.kind.text}`")
                return body if atom.kind.text == "webhook" else _record(path=PATH, etag=STR, size=SIZE)
            case "asset" | "flow" | "file" | "webhook":
                shown = {"asset": "an asset's name", "flow": "a flow's name"}.get(atom.kind.text, "a string")
                context.problems.add("FLOW301", f"`on {atom.kind.text}` takes {shown}", operand.span)
                return None
            case word:
                near = closest(word, _KINDS)
                helps = (f"did you mean `on {near}`?",) if near else (f"a flow starts on {', '.join(_KINDS)}",)
                context.problems.add("FLOW105", f"`on {word}` is not an event", atom.kind.span, helps=helps)
                return None

    def _asset(self, operand: ast.Invocation, context: Context) -> Type:
        name = operand.callee.text
        symbol = context.names.find(name)
        if not isinstance(symbol, AssetSymbol):
            near = closest(name, self.signatures.asset_names(context.names))
            helps = (f"did you mean `{near}`?",) if near else (f"declare it: `asset {name}`",)
            context.problems.add("FLOW703", f"unknown asset `{name}`", operand.span, helps=helps)
            return _record(name=STR, partition=optional(DATE))
        _, item = self.signatures.assets[symbol.name]
        partition = partition_type(item.body)
        return _record(name=STR, partition=partition or optional(DATE))

    def _flow(self, operand: ast.Invocation, context: Context) -> None:
        name = operand.callee.text
        symbol = context.names.find(name)
        if symbol is None and len(operand.callee.parts) == 2:
            symbol = self.signatures.in_module(context, operand.callee)
        if not isinstance(symbol, FlowSymbol):
            near = closest(name, self.signatures.flow_names(context.names))
            helps = (f"did you mean `{near}`?",) if near else ()
            context.problems.add("FLOW201", f"unknown flow `{name}`", operand.callee.span, helps=helps)
        for arg in operand.args or ():
            if arg.name is None or arg.name.text != "when":
                context.problems.add("FLOW303", "`on flow` takes `when:` alone", arg.span, helps=("(when: failed)",))
            elif arg.value.span.text not in _OUTCOMES:
                helps = (f"one of {', '.join(_OUTCOMES)}",)
                context.problems.add("FLOW301", f"`{arg.value.span.text}` is no outcome", arg.value.span, helps=helps)


def atoms_of(event: ast.Event) -> Iterator[ast.EventAtom]:
    """The single events between `and` and `or`."""
    if isinstance(event, ast.EventAtom):
        yield event
    else:
        for part in event.events:
            yield from atoms_of(part)


def partition_type(body: ast.Block) -> Type | None:
    """The type of a partition's start: a date, or the instant of an hour; None without a `partition`."""
    for clause in body.clauses:
        if clause.name.text == "partition" and clause.args:
            unit = clause.args[0].value
            return DATETIME if isinstance(unit, ast.Name) and unit.text == "hour" else DATE
    return None


def _body(said: Said, context: Context) -> Type:
    (name,) = said.raw("schema")
    found = context.world.type_named(_dotted(name))
    if isinstance(found, Record):
        return found
    near = closest(name.span.text, context.world.type_names())
    helps = (f"did you mean `{near}`?",) if near else (f"declare it: `schema {name.span.text} {{ id: int }}`",)
    context.problems.add("FLOW307", f"unknown schema `{name.span.text}`", name.span, helps=helps)
    return JSON


def _dotted(name: ast.Expr) -> ast.Dotted:
    parts = tuple(ast.Name(part, span=name.span) for part in name.span.text.split("."))
    return ast.Dotted(parts, span=name.span)


def _record(**fields: Type) -> Record:
    return Record(tuple(Field(name, type_) for name, type_ in fields.items()))


def _joined(shapes: Iterable[Type]) -> Type:
    """What an event has, whichever it was: a field that one of them lacks may be missing."""
    held = list(shapes)
    if not held or not all(isinstance(shape, Record) for shape in held):
        return JSON
    records: list[Mapping[str, Type]] = [
        {field.name: field.type for field in shape.fields} for shape in held if isinstance(shape, Record)
    ]
    fields: dict[str, Type] = {}
    for name in dict.fromkeys(name for record in records for name in record):
        types = list(dict.fromkeys(record[name] for record in records if name in record))
        type_ = types[0] if len(types) == 1 else JSON
        fields[name] = type_ if all(name in record for record in records) else optional(type_)
    return _record(**fields)
