"""What lies beyond names for expressions of a module: its types, functions, files; and the decisions of a flow."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from attrs import define, field, frozen

from flowc.diagnostics import Label, Problems
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr
from flowc.ir.graph import InArm
from flowc.ir.types import ASSET, Enum, Field, Record, Type
from flowc.sema.context import Context, Formal, FunctionSymbol
from flowc.sema.expressions import expected
from flowc.sema.modules import Module
from flowc.sema.scope import (
    AssetSymbol,
    ConnectionSymbol,
    FlowSymbol,
    LetSymbol,
    ModuleSymbol,
    Names,
    Symbol,
)
from flowc.sema.types import type_from
from flowc.source import Source, Span
from flowc.syntax import ast

MARKS = ("key", "pii")
"""What a column of a schema may be marked with."""


@frozen
class Choice:
    """A decision, for those who ask about its arms: where it is written, how each arm comes to run."""

    arms: int
    is_exhaustive: bool
    span: Span
    reasons: tuple[str, ...]


@define(eq=False)
class Library:
    """All modules of a project: their symbols and types, each made once."""

    root: Path
    problems: Problems
    connection_kinds: dict[tuple[int, str], str] = field(factory=dict[tuple[int, str], str])
    _names: dict[int, Names] = field(factory=dict[int, Names])
    _exports: dict[int, Names] = field(factory=dict[int, Names])
    _types: dict[tuple[int, str], Type | None] = field(factory=dict[tuple[int, str], Type | None])
    _functions: dict[tuple[int, str], FunctionSymbol] = field(factory=dict[tuple[int, str], FunctionSymbol])
    used_templates: set[tuple[int, str]] = field(factory=set[tuple[int, str]])
    _making: list[tuple[int, str]] = field(factory=list[tuple[int, str]])

    def context(self, module: Module, names: Names | None = None, world: ModuleWorld | None = None) -> Context:
        """The context of a file's own expressions."""
        return Context(names or self.names(module), (), self.problems, world or ModuleWorld(self, module))

    # -------------------------------------------------------------- values

    def names(self, module: Module) -> Names:
        """The values that a file sees: its own and what it imports."""
        key = id(module)
        if key not in self._names:
            names = self._names[key] = Names()
            for item in module.file.items:
                if isinstance(item, ast.Flow | ast.Asset | ast.Connection | ast.Let):
                    names.declare(self._symbol(module, item))
            for alias, held in module.imported.items():
                found = held.module.find("value", held.name)
                if found:
                    owner, declaration = found
                    symbol = self.names(owner).own(declaration.name.text)
                    if symbol is not None:
                        names.declare(symbol, alias)
            for alias, held in module.modules.items():
                names.declare(ModuleSymbol(alias, alias, held.span))
        return self._names[key]

    def exports(self, module: Module) -> Names:
        """What another file may name of a module: its own values, those with a leading `_` aside."""
        names = Names()
        for symbol in self.names(module).symbols():
            if ("value", symbol.name) in module.declared and not symbol.name.startswith("_"):
                names.declare(symbol)
        return names

    def _symbol(self, module: Module, item: ast.Flow | ast.Asset | ast.Connection | ast.Let) -> Symbol:
        name, span = item.name.text, item.name.span
        match item:
            case ast.Flow():
                return FlowSymbol(name, span)
            case ast.Asset():
                kind = type_from(item.type, self.context(module)) if item.type else ASSET
                return AssetSymbol(name, kind, span)
            case ast.Connection():
                return ConnectionSymbol(name, self.connection_kinds.get((0, name), item.kind.text), span)
            case ast.Let():
                return LetSymbol(name, span, lambda: self.let(item, self.context(module)))

    def let(self, item: ast.Let, context: Context) -> Expr:
        """A `let`'s value, of its declared type if there is one."""
        want = type_from(item.type, context) if item.type else None
        return expected(item.value, context, want)

    # -------------------------------------------------------------- types

    def type_named(self, module: Module, name: str) -> Type | None:
        found = module.find("type", name)
        if found is None:
            return None
        owner, declaration = found
        key = (id(owner), declaration.name.text)
        if key not in self._types:
            if key in self._making:
                self.problems.add("FLOW307", f"`{declaration.name.text}` is made of itself", declaration.name.span)
                return None
            self._making.append(key)
            self._types[key] = self._type(owner, declaration)
            self._making.pop()
        return self._types[key]

    def _type(self, module: Module, declaration: object) -> Type | None:
        match declaration:
            case ast.Enum():
                return Enum(tuple(member.plain or "" for member in declaration.members), declaration.name.text)
            case ast.Schema():
                return Record(self._columns(module, declaration), declaration.name.text)
            case _:
                return None

    def _columns(self, module: Module, schema: ast.Schema) -> tuple[Field, ...]:
        context = self.context(module)
        fields: dict[str, Field] = {}
        if schema.base is not None:
            base = self.type_named(module, schema.base.text)
            if isinstance(base, Record):
                fields = {field.name: field for field in base.fields}
            else:
                self.problems.add("FLOW307", f"unknown schema `{schema.base.text}`", schema.base.span)
        spans: dict[str, Span] = {}
        for column in schema.columns:
            name = column.name.text
            if name in spans:
                self.problems.add(
                    "FLOW202",
                    f"column `{name}` is declared twice",
                    column.name.span,
                    related=[Label(spans[name], "first here")],
                )
            spans.setdefault(name, column.name.span)
            fields[name] = Field(name, type_from(column.type, context), self._marks(column, module))
        return tuple(fields.values())

    def _marks(self, column: ast.Column, module: Module) -> tuple[str, ...]:
        """`@key`, `@pii`, and `source asset.column`."""
        found = [mark.text for mark in column.marks]
        for mark in column.marks:
            if mark.text not in MARKS:
                near = closest(mark.text, MARKS)
                helps = (f"did you mean `@{near}`?",) if near else ("a column is marked `@key` or `@pii`",)
                self.problems.add("FLOW211", f"unknown mark `@{mark.text}`", mark.span, helps=helps)
        for clause in column.clauses:
            values = [arg.value for arg in clause.args]
            if clause.name.text != "source":
                helps = ("a column has a type, marks, and `source asset.column`",)
                self.problems.add("FLOW211", f"unknown clause `{clause.name.text}`", clause.name.span, helps=helps)
            elif len(values) == 1 and isinstance(values[0], ast.Attribute):
                self._source(values[0].value, module)
                found.append(f"source {values[0].span.text}")
            else:
                self.problems.add("FLOW301", "`source` takes a column: `source orders.amount`", clause.span)
        return tuple(found)

    def _source(self, asset: ast.Expr, module: Module) -> None:
        # Not by its symbol: the types of assets, and so this column, are read while these are made.
        found = module.find("value", asset.span.text)
        if found is None or not isinstance(found[1], ast.Asset):
            near = closest(asset.span.text, module.visible("value"))
            helps = (f"did you mean `{near}`?",) if near else (f"declare it: `asset {asset.span.text}`",)
            self.problems.add("FLOW703", f"unknown asset `{asset.span.text}`", asset.span, helps=helps)

    # -------------------------------------------------------------- functions

    def function(self, module: Module, name: str) -> FunctionSymbol | None:
        found = module.find("callable", name)
        if found is None or not isinstance(found[1], ast.Function):
            return None
        owner, declaration = found
        assert isinstance(declaration, ast.Function)
        key = (id(owner), declaration.name.text)
        if key not in self._functions:
            context = self.context(owner)
            self._functions[key] = FunctionSymbol(
                declaration.name.text,
                tuple(formal(param, context) for param in declaration.params),
                type_from(declaration.returns, context),
                declaration.value,
                self.names(owner),
                ModuleWorld(self, owner),
                declaration.name.span,
            )
        return self._functions[key]


def formal(param: ast.Param, context: Context) -> Formal:
    """A declared parameter, with its type."""
    return Formal(param.name.text, type_from(param.type, context), param.default, param.default is None)


@frozen(eq=False)
class ModuleWorld:
    """The `World` of one module, and of the flow whose decisions are asked about."""

    library: Library
    file: Module
    choices: dict[str, Choice] = field(factory=dict[str, Choice])
    handled: dict[str, Span] = field(factory=dict[str, Span])
    """Tasks of the flow's handlers."""
    inner: dict[str, Span] = field(factory=dict[str, Span])
    """Loop variables and lets of the flow's blocks, for those who read them outside."""

    def type_named(self, name: ast.Dotted) -> Type | None:
        return self.library.type_named(self.file, name.text)

    def type_names(self) -> Iterable[str]:
        return self.file.visible("type")

    def function(self, name: ast.Dotted) -> FunctionSymbol | None:
        return self.library.function(self.file, name.text)

    def callables(self) -> Iterable[str]:
        return self.file.visible("callable")

    def module(self, symbol: ModuleSymbol) -> Names | None:
        held = self.file.modules.get(symbol.module)
        if held is None:
            return None
        held.used = True
        return self.library.exports(held.module)

    def arms(self, decision: str) -> int | None:
        choice = self.choices.get(decision)
        return choice.arms if choice and choice.is_exhaustive else None

    def condition_of(self, arm: InArm) -> tuple[Span, str] | None:
        choice = self.choices.get(arm.decision)
        if choice is None or arm.arm >= len(choice.reasons):
            return None
        return choice.span, choice.reasons[arm.arm]

    def handler_task(self, name: str) -> Span | None:
        return self.handled.get(name)

    def hidden(self, name: str) -> Span | None:
        return self.inner.get(name)

    def file_text(self, path: str) -> str | None:
        file = self.library.root / path
        try:
            return file.read_text(encoding="utf-8") if file.is_file() else None
        except (UnicodeDecodeError, OSError, ValueError):
            return None

    def parse_holes(self, text: str, path: str) -> ast.Text:
        from flowc.syntax.parse import parse_text

        parsed, problems = parse_text(Source(path, text))
        self.library.problems.extend(problems)
        return parsed
