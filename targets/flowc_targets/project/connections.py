"""The module of connections: a function for each, since secrets are read where a task runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from flowc.ir import expr as ir
from flowc.ir.expr import Expr
from flowc.ir.graph import Asset, Connection, Graph, Node, Program
from flowc.ir.reads import leaves
from flowc.target.code import Code, import_lines, support
from flowc.target.literals import literal, string
from flowc.target.naming import variable
from flowc.target.python import source
from flowc_targets.project.leaves import asset_value, env_of

DATABASES: Mapping[str, tuple[str, ...]] = {
    "sqlite": (),
    "duckdb": ("duckdb>=1.1",),
    "postgres": ("psycopg>=3.1",),
    "snowflake": ("snowflake-connector-python>=3.7",),
}
"""Each has a module of the support package, and packages that this imports."""


@frozen
class Module:
    """The lines of the module; the modules beside it that it needs, the secrets and the variables that it reads."""

    lines: tuple[str, ...] = ()
    modules: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()


class _Settings:
    """The `Leaves` of settings: literals, secrets and variables."""

    def __init__(self) -> None:
        self.secrets: set[str] = set()
        self.variables: set[str] = set()

    def secret(self, leaf: ir.Secret) -> Code:
        self.secrets.add(leaf.name)
        return support("secret", Code(string(leaf.name)))

    def env(self, leaf: ir.Env, default: Code | None) -> Code:
        self.variables.add(leaf.name)
        return env_of(leaf, default)

    def asset(self, leaf: ir.Asset) -> Code:
        return asset_value(Asset(leaf.name, leaf.type, None, None))

    def param(self, leaf: ir.Param) -> Code:
        raise AssertionError("a connection's settings are no matter of a run")

    def run(self, leaf: ir.Run) -> Code:
        raise AssertionError("a connection's settings are no matter of a run")

    def output(self, leaf: ir.Output) -> Code:
        raise AssertionError("a connection's settings are no matter of a run")

    def item(self, leaf: ir.Item) -> Code:
        raise AssertionError("a connection's settings are no matter of a run")

    def connection(self, leaf: ir.Connection) -> Code:
        raise AssertionError("a connection has no connections")


def used(graph: Graph) -> Iterator[str]:
    """The connections that the tasks of a flow use."""
    for node in graph.nodes:
        yield from used_by(node)


def used_by(node: Node) -> Iterator[str]:
    """The connections that a task uses, or hands to its function."""
    if (name := getattr(node.action, "connection", None)) is not None:
        yield name
    yield from (leaf.name for leaf in leaves(node) if isinstance(leaf, ir.Connection))


def reads_secrets(node: Node, graph: Graph) -> bool:
    """Whether a task, or a connection of it, is given a secret."""
    settings = [value for name in used_by(node) for _, value in graph.connection(name).settings]
    return any(isinstance(leaf, ir.Secret) for leaf in leaves((node, *settings)))


def databases(program: Program) -> tuple[set[str], set[str]]:
    """For the databases that tasks use: the modules of the support package, and the packages that these need."""
    kinds = {graph.connection(name).kind for graph in program.graphs for name in used(graph)}
    found = {kind: packages for kind, packages in DATABASES.items() if kind in kinds}
    return {f"sql_{kind}" for kind in found}, {package for packages in found.values() for package in packages}


def module(graphs: Iterable[Graph], wanted: Iterable[str], homes: Mapping[str, str]) -> Module:
    """The module for the wanted connections; `homes` are the modules beside it that have the support functions."""
    settings = _Settings()
    imports: set[tuple[str, str]] = {("typing", "Any")}
    found = {each.name: each for graph in graphs for each in graph.connections}
    functions = [
        line
        for name, connection in found.items()
        if name in wanted
        for line in ("", "", *_function(connection, settings, imports, homes))
    ]
    if not functions:
        return Module()
    own = {home for home, _ in imports if home.startswith(".")}
    head = [
        '"""The connections of this project. Secrets and variables are read where they are used."""',
        "",
        *import_lines(pair for pair in imports if pair[0] not in own),
        *(["", *import_lines(pair for pair in imports if pair[0] in own)] if own else []),
    ]
    return Module(
        (*head, *functions),
        frozenset(home.removeprefix(".") for home in own),
        frozenset(settings.secrets),
        frozenset(settings.variables),
    )


def _function(
    connection: Connection, settings: _Settings, imports: set[tuple[str, str]], homes: Mapping[str, str]
) -> list[str]:
    entries = [f'"kind": {string(connection.kind)}']
    for name, value in connection.settings:
        code = _setting(value, settings)
        imports |= {*code.imports, *((f".{homes[each]}", each) for each in code.support)}
        entries.append(f"{string(name)}: {code.text}")
    place = connection.origin.place
    return [
        f"def {variable(connection.name)}() -> dict[str, Any]:  # {place}",
        f"    return {{{', '.join(entries)}}}",
    ]


def _setting(value: Expr, settings: _Settings) -> Code:
    """A constant path stays a text: that is what drivers take."""
    if isinstance(value, ir.Lit) and isinstance(value.value, str):
        return Code(literal(value.value))
    return source(value, settings)
