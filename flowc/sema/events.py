"""What starts a flow from outside: `on asset a and file "x/*"`, `on webhook "/p" body Order`, `on flow other(..)`.

What stands in them gives `run.event` its type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from re import fullmatch, search, sub
from typing import Literal

from attrs import define, frozen

from flowc.diagnostics.suggest import closest
from flowc.ir.triggers import Both, Either, Event, On, OnAsset, OnFile, OnFlow, OnWebhook
from flowc.ir.types import DATE, JSON, PATH, SIZE, STR, Field, Optional, Record, Type
from flowc.sema.clauses import Said, read_clauses, refuse_others
from flowc.sema.constants import constant, require_stage
from flowc.sema.context import Context
from flowc.sema.expressions import expected
from flowc.sema.partitions import partition_type
from flowc.sema.relations import optional
from flowc.sema.scope import AssetSymbol
from flowc.sema.signatures import Signatures
from flowc.syntax import ast

_KINDS = ("asset", "file", "webhook", "flow")
_OUTCOMES = ("succeeded", "done", "failed")
Outcome = Literal["succeeded", "done", "failed"]
_CLAUSES = {"poll": "file", "body": "webhook"}
"""Which event each clause of an `on` line is for."""


@frozen
class Seen:
    """What the `on` lines of a flow say, and the type of `run.event`: None where nothing from outside starts it."""

    lines: tuple[On, ...] = ()
    type: Type | None = None


@define(eq=False)
class EventReader:
    """Reads the `on` lines of one flow."""

    signatures: Signatures

    def read(self, flow: ast.Flow, context: Context) -> Seen:
        """Several lines mean `or`."""
        lines = [stmt for stmt in flow.body if isinstance(stmt, ast.OnEvent)]
        if lines or _has_schedule(flow):
            _check_params(flow, "an event" if lines else "a clock", context)
        if not lines:
            return Seen()
        found: list[On] = []
        shapes: list[Type] = []
        for line in lines:
            event = self._event(line.event, self._clauses(line, context), context, shapes)
            found += [On(event, line.span)] if event else []
        shape = _joined(shapes)
        return Seen(tuple(found), optional(shape) if _has_schedule(flow) else shape)

    def _clauses(self, line: ast.OnEvent, context: Context) -> Mapping[str, Said]:
        kinds = {atom.kind.text for atom in atoms_of(line.event)}
        refuse_others(line.body, "only clauses stand in an `on` line", context.problems)
        said = {one.spec.word: one for one in read_clauses(line.body.clauses, "e", context)}
        for word, one in said.items():
            if _CLAUSES[word] not in kinds:
                context.problems.add("FLOW212", f"`{word}` is for `on {_CLAUSES[word]}`", one.span)
        return said

    def _event(self, event: ast.Event, said: Mapping[str, Said], context: Context, shapes: list[Type]) -> Event | None:
        if isinstance(event, ast.EventAtom):
            found = self._atom(event, said, context)
            if found is None:
                return None
            shapes.append(found[1])
            return found[0]
        parts = [self._event(part, said, context, shapes) for part in event.events]
        whole = tuple(part for part in parts if part is not None)
        return Both(whole) if isinstance(event, ast.AllOf) else Either(whole)

    def _atom(self, atom: ast.EventAtom, said: Mapping[str, Said], context: Context) -> tuple[Event, Type] | None:
        operand = atom.operand
        match atom.kind.text:
            case "asset" if isinstance(operand, ast.Invocation) and operand.args is None:
                return self._asset(operand, context)
            case "flow" if isinstance(operand, ast.Invocation):
                return self._flow(operand, context), _record(name=STR, outcome=STR)
            case "file" if isinstance(operand, ast.Text):
                poll = said["poll"].constant("period") if "poll" in said else None
                period = poll if isinstance(poll, timedelta) else timedelta(minutes=1)
                return OnFile(_pattern(operand, context), period), _record(path=PATH, etag=STR, size=SIZE)
            case "webhook" if isinstance(operand, ast.Text):
                body = _body(said["body"], context) if "body" in said else None
                return OnWebhook(_path(operand, context), body), body or JSON
            case "asset" | "flow" | "file" | "webhook":
                shown = {"asset": "an asset's name", "flow": "a flow's name"}.get(atom.kind.text, "a string")
                context.problems.add("FLOW301", f"`on {atom.kind.text}` takes {shown}", operand.span)
                return None
            case word:
                near = closest(word, _KINDS)
                helps = (f"did you mean `on {near}`?",) if near else (f"a flow starts on {', '.join(_KINDS)}",)
                context.problems.add("FLOW105", f"`on {word}` is not an event", atom.kind.span, helps=helps)
                return None

    def _asset(self, operand: ast.Invocation, context: Context) -> tuple[Event, Type]:
        name = operand.callee.text
        symbol = context.names.find(name)
        if not isinstance(symbol, AssetSymbol):
            near = closest(name, self.signatures.asset_names(context.names))
            helps = (f"did you mean `{near}`?",) if near else (f"declare it: `asset {name}`",)
            context.problems.add("FLOW703", f"unknown asset `{name}`", operand.span, helps=helps)
            return OnAsset(name), _record(name=STR, partition=optional(DATE))
        _, item = self.signatures.assets[symbol.name]
        partition = partition_type(item.body)
        return OnAsset(symbol.name), _record(name=STR, partition=partition or optional(DATE))

    def _flow(self, operand: ast.Invocation, context: Context) -> Event:
        symbol = self.signatures.called(operand.callee, context)
        when: Outcome = "succeeded"
        for arg in operand.args or ():
            if arg.name is None or arg.name.text != "when":
                context.problems.add("FLOW303", "`on flow` takes `when:` alone", arg.span, helps=("(when: failed)",))
            elif arg.value.span.text not in _OUTCOMES:
                helps = (f"one of {', '.join(_OUTCOMES)}",)
                context.problems.add("FLOW301", f"`{arg.value.span.text}` is no outcome", arg.value.span, helps=helps)
            else:
                when = arg.value.span.text
        return OnFlow(symbol.name if symbol else operand.callee.text, when)


def _check_params(flow: ast.Flow, starter: str, context: Context) -> None:
    for param in flow.params:
        if param.default is None:
            context.problems.add(
                "FLOW302",
                f"`{param.name.text}` has no default, and nobody is there to give it when {starter} starts the flow",
                param.name.span,
                helps=(f"{param.span.text} = ...",),
            )


def _has_schedule(flow: ast.Flow) -> bool:
    """Whether clocks start the flow too: a run of theirs has no event."""
    return any(clause.name.text in ("schedule", "every") for clause in flow.body.clauses)


def atoms_of(event: ast.Event) -> Iterator[ast.EventAtom]:
    """The single events between `and` and `or`."""
    if isinstance(event, ast.EventAtom):
        yield event
    else:
        for part in event.events:
            yield from atoms_of(part)


def _text(operand: ast.Text, kind: str, context: Context) -> str:
    """What is written between the quotes; it may hold what is known at build time."""
    found = expected(operand, context, STR)
    require_stage(found, "build", context, f"`on {kind}`")
    value = constant(found)
    return value if isinstance(value, str) else ""


def _pattern(operand: ast.Text, context: Context) -> str:
    pattern = _text(operand, "file", context)
    if not pattern.strip() and operand.plain is not None:
        context.problems.add(
            "FLOW313", "`on file` names no file, so it starts nothing", operand.span, helps=('on file "landing/*.csv"',)
        )
    elif found := search(r"\{[^{}/]*,[^{}/]*\}|\[[^\]]*$", sub(r"\[[^\]]+\]", "", pattern)):
        context.problems.add(
            "FLOW313",
            f"`{found[0]}` stands for itself: no file is called so",
            operand.span,
            helps=("patterns have `*`, `?`, `[ab]` and `**`; one `on file` for each that is meant, they add up",),
            notes=("a file that has such a sign in its name is found by `[{]` and `[[]`",),
        )
    return pattern


def _path(operand: ast.Text, context: Context) -> str:
    path = _text(operand, "webhook", context)
    if (path or operand.plain is not None) and not fullmatch(r"(/[A-Za-z0-9._~-]+)+", path):
        context.problems.add(
            "FLOW313",
            "a webhook's path begins with `/` and has letters, digits, `-`, `_`, `.` and `~` between its slashes",
            operand.span,
            helps=('on webhook "/hooks/orders"',),
        )
    return path


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
        types = [record[name] for record in records if name in record]
        bare = {type_.item if isinstance(type_, Optional) else type_ for type_ in types}
        type_ = bare.pop() if len(bare) == 1 else JSON
        is_there = len(types) == len(records) and not any(isinstance(each, Optional) for each in types)
        fields[name] = type_ if is_there else optional(type_)
    return _record(**fields)
