"""From parsed files to analysed flows: the whole of `sema`, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from attrs import define, evolve, field

from flowc.diagnostics import Label, Problems
from flowc.ir.actions import WaitAsset
from flowc.ir.expr import Asset as AssetExpr
from flowc.ir.expr import Connection as ConnectionExpr
from flowc.ir.expr import walk
from flowc.ir.graph import Asset, Connection, Pool
from flowc.ir.tests import Test
from flowc.ir.types import Record, Type
from flowc.kinds import Kind
from flowc.sema import hir
from flowc.sema.clauses import constant_texts, read_clauses, refuse_others, renamed_from
from flowc.sema.connections import read_connection
from flowc.sema.environment import (
    Environment,
    apply_settings,
    check_paths,
    environment_of,
    pool_size,
    settings_of_profiles,
)
from flowc.sema.flows import FlowReader
from flowc.sema.later import later_words
from flowc.sema.modules import Loader, Module
from flowc.sema.partitions import unit_of
from flowc.sema.past import Past
from flowc.sema.project import Project
from flowc.sema.python_world import PythonWorld
from flowc.sema.signatures import Signatures
from flowc.sema.spare import SpareReader
from flowc.sema.spot import FlowState
from flowc.sema.tests import flow_of
from flowc.sema.tree import leaves_of, tasks_in, tasks_of
from flowc.sema.world import Library
from flowc.syntax import ast


@define(eq=False)
class Analysis:
    """What is known of the project once its files are read."""

    project: Project
    library: Library
    signatures: Signatures
    environment: Environment
    reader: FlowReader
    modules: list[Module]
    pools: dict[str, int] = field(factory=dict[str, int])
    states: dict[str, FlowState] = field(factory=dict[str, FlowState])

    def connection_kinds(self) -> dict[str, str]:
        """The kind of every connection of the project, as the profile has it."""
        return {name: held[1].kind.text for name, held in self.signatures.declared_connections.items()}


def analyse(
    loader: Loader,
    mains: Sequence[Module],
    project: Project,
    profile: str | None,
    kinds: dict[str, Kind],
    past: Past | None = None,
) -> tuple[hir.Module, Analysis]:
    """The flows of `mains`, and those that they run; everything wrong goes to the loader's problems.

    With a `past`, tasks that would read as they did before are taken from it.
    """
    problems = loader.problems
    modules = list(loader.modules)
    reported = problems.reported
    if past is not None:
        past.begin(modules, (project, profile, tuple(module.source.path for module in mains)))
    environment = environment_of(modules, profile or project.profile, problems)
    library = Library(project.root, problems)
    signatures = Signatures(library, problems)
    _collect(modules, environment, library, signatures, problems)
    settings = [*environment.settings, *settings_of_profiles(modules)]
    check_paths(settings, {name: flow for name, (_, flow) in signatures.flows.items()}, set(), problems)
    reader = FlowReader(project, library, signatures, environment, PythonWorld(project.root), kinds, past)
    analysis = Analysis(project, library, signatures, environment, reader, modules)
    declared = _Declared(analysis)
    analysis.pools.update(declared.pool_sizes())
    wanted = [flow.name.text for module in mains for flow in module.each(ast.Flow)]
    flows: dict[str, hir.Flow] = {}
    for name in wanted:
        if name in flows or name not in signatures.flows:
            continue
        module, flow = signatures.flows[name]
        flow = apply_settings(flow, environment.settings)
        read, state = reader.read(module, flow)
        analysis.states[name] = state
        flows[name] = declared.complete(read, state, flow, module)
        wanted += sorted(state.runs)
    tested: list[hir.Flow] = []
    for name in dict.fromkeys(flow_of(test, signatures.flows) for module in mains for test in module.each(ast.Test)):
        if name not in flows and name in signatures.flows:
            module, flow = signatures.flows[name]
            read, state = reader.read(module, apply_settings(flow, environment.settings))
            analysis.states[name] = state
            tested.append(declared.complete(read, state, flow, module))
    declared.check_all(mains)
    tests = [test for module in mains for test in SpareReader(reader, analysis.states).read(module)]
    assets = _assets_of(tests, declared)
    if past is not None:
        past.end(reader.python_world.seen(), is_clean=problems.reported == reported)
    found = hir.Module(project.name, tuple(flows.values()), tests=tuple(tests), tested=tuple(tested), assets=assets)
    return found, analysis


def _assets_of(tests: Iterable[Test], declared: _Declared) -> tuple[Asset, ...]:
    """The assets that tests name."""
    parts = (part for test in tests for expr in test.expressions() for part in walk(expr))
    named = {part.name for part in parts if isinstance(part, AssetExpr)}
    return tuple(declared.asset(name) for name in sorted(named))


def _collect(
    modules: Iterable[Module],
    environment: Environment,
    library: Library,
    signatures: Signatures,
    problems: Problems,
) -> None:
    connections: dict[str, ast.Connection] = {}
    for module in modules:
        for flow in module.each(ast.Flow):
            held = signatures.flows.setdefault(flow.name.text, (module, flow))
            if held[1] is not flow and held[0] is not module:
                problems.add(
                    "FLOW202",
                    f"flow `{flow.name.text}` is declared twice in the project",
                    flow.name.span,
                    related=[Label(held[1].name.span, "first here")],
                )
        for connection in module.each(ast.Connection):
            name = connection.name.text
            first = connections.setdefault(name, connection)
            if (first.kind.text, first.body) != (connection.kind.text, connection.body):
                problems.add(
                    "FLOW202",
                    f"connection `{name}` is declared twice in the project, with other settings",
                    connection.name.span,
                    related=[Label(first.name.span, "first here")],
                    helps=("declare it once and import it: `from shared.env import wh`",),
                )
            signatures.declared_connections[name] = environment.connections.get(name, (module, connection))
            library.connection_kinds[(0, name)] = signatures.declared_connections[name][1].kind.text
        for asset in module.each(ast.Asset):
            held_asset = signatures.assets.setdefault(asset.name.text, (module, asset))
            if held_asset[1] is not asset and held_asset[0] is not module:
                problems.add(
                    "FLOW202",
                    f"asset `{asset.name.text}` is declared twice in the project",
                    asset.name.span,
                    related=[Label(held_asset[1].name.span, "first here")],
                )


@define(eq=False)
class _Declared:
    """Connections, assets and pools as the flows need them."""

    analysis: Analysis
    _connections: dict[str, Connection | None] = field(factory=dict[str, Connection | None])
    _assets: dict[str, Asset] = field(factory=dict[str, Asset])

    def complete(self, flow: hir.Flow, state: FlowState, tree: ast.Flow, module: Module) -> hir.Flow:
        """The flow, with the declarations that it uses."""
        written = state.assets | {
            name for body in (flow.body, *(body for _, body in flow.handlers)) for name in _assets_in(body)
        }
        assets = [self.asset(name) for name in sorted(written) if name in self.analysis.signatures.assets]
        used = set(_connections_in(flow.body))
        for _, body in flow.handlers:
            used |= set(_connections_in(body))
        named = used | {asset.connection for asset in assets if asset.connection}
        connections = [found for name in sorted(named) if (found := self.connection(name))]
        pools = sorted({task.policy.pool.name for task in tasks_of(flow) if task.policy.pool})
        sizes = self.analysis.pools
        return evolve(
            flow,
            # One that only tells where an asset lies is nobody's to connect to, and its secrets nobody's to have.
            connections=tuple(each for each in connections if each.name in used),
            assets=tuple(assets),
            pools=tuple(Pool(name, sizes[name]) for name in pools if name in sizes),
            schemas=tuple(dict.fromkeys(schema for asset in assets for schema in _schemas(asset.type))),
            later=later_words(self._trees(tree, module, state, assets, connections)),
        )

    def _trees(
        self, tree: ast.Flow, module: Module, state: FlowState, assets: list[Asset], connections: list[Connection]
    ) -> Iterator[ast.Node]:
        """The declarations that a flow is made of."""
        signatures = self.analysis.signatures
        yield from (block for _, block in self.analysis.environment.defaults)
        yield from module.each(ast.Policy)
        yield from module.each(ast.Defaults)
        yield from module.each(ast.Let)
        yield tree
        yield from state.templates.values()
        names = {schema.name for asset in assets for schema in _schemas(asset.type)}
        for owner in self.analysis.modules:
            yield from (schema for schema in owner.each(ast.Schema) if schema.name.text in names)
        yield from (signatures.assets[asset.name][1] for asset in assets)
        yield from (signatures.declared_connections[each.name][1] for each in connections)

    def pool_sizes(self) -> dict[str, int]:
        sizes = dict(self.analysis.project.pools)
        for setting in self.analysis.environment.settings:
            match setting.path:
                case ("pools", name):
                    size = pool_size(setting, self.analysis.library.context(setting.module))
                    if size is not None:
                        sizes[name] = size
                case _:
                    pass
        return sizes

    def connection(self, name: str) -> Connection | None:
        if name not in self._connections:
            held = self.analysis.signatures.declared_connections.get(name)
            self._connections[name] = read_connection(held[1], self.analysis.library.context(held[0])) if held else None
        return self._connections[name]

    def asset(self, name: str) -> Asset:
        if name not in self._assets:
            self._assets[name] = self._read_asset(name)
        return self._assets[name]

    def _read_asset(self, name: str) -> Asset:
        module, item = self.analysis.signatures.assets[name]
        context = self.analysis.library.context(module)
        said = {one.spec.word: one for one in read_clauses(item.body.clauses, "a", context)}
        refuse_others(item.body, "only clauses stand in an asset", context.problems)
        owner = said["owner"].constant("owner") if "owner" in said else None
        age = said["freshness"].constant("age") if "freshness" in said else None
        symbol = self.analysis.library.names(module).own(name)
        locator = item.locator
        if locator and locator.connection and locator.connection.name.text not in self._visible(module):
            context.problems.add(
                "FLOW803", f"connection `{locator.connection.name.text}` is not declared", locator.connection.span
            )
        return Asset(
            name,
            symbol.type,  # type: ignore[union-attr]
            locator.connection.name.text if locator and locator.connection else None,
            locator.path.plain if locator else None,
            owner if isinstance(owner, str) else None,
            constant_texts(said["tags"], "tags") if "tags" in said else (),
            renamed_from([*said.values()]),
            item.doc or "",
            unit_of(item.body),
            age if isinstance(age, timedelta) else None,
            tuple(word for word, one in said.items() if one.spec.later),
            item.name.span,
        )

    def _visible(self, module: Module) -> set[str]:
        return set(self.analysis.library.names(module).visible())

    def check_all(self, mains: Iterable[Module]) -> None:
        """Read what no flow needed, so that its mistakes are told too."""
        for module in mains:
            for connection in module.each(ast.Connection):
                self.connection(connection.name.text)
            for profile in module.each(ast.Profile):
                for stmt in profile.body:
                    if isinstance(stmt, ast.Connection):
                        read_connection(stmt, self.analysis.library.context(module))
            for asset in module.each(ast.Asset):
                self.asset(asset.name.text)
            for schema in (*module.each(ast.Schema), *module.each(ast.Enum)):
                self.analysis.library.type_named(module, schema.name.text)


def _connections_in(body: Iterable[hir.Stmt]) -> Iterable[str]:
    for task in tasks_in(body):
        named = getattr(task.action, "connection", None)
        if isinstance(named, str):
            yield named
        yield from (part.name for part in leaves_of(task) if isinstance(part, ConnectionExpr))


def _assets_in(body: Iterable[hir.Stmt]) -> Iterable[str]:
    """Assets that are given as values, which need no `reads`, and those that are waited for."""
    for task in tasks_in(body):
        if isinstance(task.action, WaitAsset):
            yield task.action.asset
        yield from (part.name for part in leaves_of(task) if isinstance(part, AssetExpr))


def _schemas(type_: Type) -> Iterable[Record]:
    schema = getattr(type_, "schema", None)
    if isinstance(schema, Record):
        yield schema
