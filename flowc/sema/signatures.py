"""What flows, connections and assets look like from elsewhere: looked up by name over the whole project."""

from __future__ import annotations

from attrs import define, evolve, field

from flowc.diagnostics import Problems
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Connection as ConnectionExpr
from flowc.ir.expr import Expr
from flowc.ir.types import Type
from flowc.kinds import Formal
from flowc.sema.context import Context
from flowc.sema.expressions import typed
from flowc.sema.modules import Module
from flowc.sema.outputs import declared_output
from flowc.sema.scope import AssetSymbol, ConnectionSymbol, FlowSymbol, LetSymbol, ModuleSymbol, Names, Symbol
from flowc.sema.types import type_from
from flowc.sema.world import Library
from flowc.syntax import ast


@define(eq=False)
class Signatures:
    """`flows`, `connections` and `assets` by name, each with the module it stands in (a profile's own replaced)."""

    library: Library
    problems: Problems
    flows: dict[str, tuple[Module, ast.Flow]] = field(factory=dict[str, tuple[Module, ast.Flow]])
    declared_connections: dict[str, tuple[Module, ast.Connection]] = field(
        factory=dict[str, tuple[Module, ast.Connection]]
    )
    assets: dict[str, tuple[Module, ast.Asset]] = field(factory=dict[str, tuple[Module, ast.Asset]])

    # -------------------------------------------------------------- flows

    def formals(self, flow: str) -> tuple[Formal, ...]:
        """The parameters of a flow, as arguments of `run`."""
        module, declaration = self.flows[flow]
        context = self.library.context(module)
        return tuple(
            Formal(param.name.text, type_from(param.type, context), required=param.default is None)
            for param in declaration.params
        )

    def output(self, flow: str) -> tuple[Type | None, bool]:
        """What a flow returns; True second: several by name."""
        if flow not in self.flows:
            return None, False
        module, declaration = self.flows[flow]
        if declaration.outputs is None:
            return None, False
        return declared_output(declaration.outputs, None, self.library.context(module))

    def called(self, callee: ast.Dotted, context: Context) -> FlowSymbol | None:
        """The flow that is called, here or in a module; None after FLOW201 was reported."""
        names = context.names
        symbol = names.flow(callee.text) or (self.in_module(context, callee) if len(callee.parts) == 2 else None)
        if isinstance(symbol, FlowSymbol):
            return symbol
        near = closest(callee.text, [name for name in names.visible() if names.flow(name)])
        helps = (f"did you mean `{near}`?",) if near else ()
        context.problems.add("FLOW201", f"unknown flow `{callee.text}`", callee.span, helps=helps)
        return None

    def in_module(self, context: Context, dotted: ast.Dotted) -> Symbol | None:
        """`module.name`."""
        first = context.names.find(dotted.parts[0].text)
        exported = context.world.module(first) if isinstance(first, ModuleSymbol) else None
        return exported.own(dotted.parts[1].text) if exported else None

    # -------------------------------------------------------------- connections

    def connections(self, names: Names, kinds: tuple[str, ...]) -> list[str]:
        """The connections of these kinds (of any, where none is named) that can be seen."""
        found = (names.find(name) for name in dict.fromkeys(names.visible()))
        fitting = [s.name for s in found if isinstance(s, ConnectionSymbol) and (not kinds or s.kind in kinds)]
        return list(dict.fromkeys(fitting))

    def bound_connection(self, symbol: Symbol | None) -> ConnectionSymbol | None:
        """The connection that a template's parameter stands for."""
        value = symbol.evaluate() if isinstance(symbol, LetSymbol) else None
        if isinstance(value, ConnectionExpr):
            name = value.name
            if name in self.declared_connections:
                declaration = self.declared_connections[name][1]
                return ConnectionSymbol(name, declaration.kind.text, declaration.name.span)
        return None

    def connection_of_asset(self, asset: str) -> str | None:
        """The connection that an asset's locator names."""
        held = self.assets.get(asset)
        locator = held[1].locator if held else None
        return locator.connection.name.text if locator and locator.connection else None

    def kind_of(self, connection: str) -> str | None:
        """The kind of a connection of the project."""
        held = self.declared_connections.get(connection)
        return held[1].kind.text if held else None

    def setting(self, connection: str, name: str) -> Expr | None:
        """A setting, as an expression."""
        held = self.declared_connections.get(connection)
        if held is None:
            return None
        module, declaration = held
        context = evolve(self.library.context(module), allows=frozenset({"environment"}))
        for clause in declaration.body.clauses:
            if clause.name.text == name and clause.args:
                return typed(clause.args[0].value, context)
        return None

    # -------------------------------------------------------------- assets

    def asset_names(self, names: Names) -> list[str]:
        return [name for name in names.visible() if isinstance(names.find(name), AssetSymbol)]
