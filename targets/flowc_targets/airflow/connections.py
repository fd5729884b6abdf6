"""The module of connections: a function for each, since secrets are read where a task runs."""

from __future__ import annotations

from collections.abc import Iterable

from flowc.ir import expr as ir
from flowc.ir.expr import Expr
from flowc.ir.graph import Asset, Connection, Graph
from flowc.target.code import Code, import_lines, support
from flowc.target.literals import literal, string
from flowc.target.naming import variable
from flowc.target.python import source
from flowc_targets.airflow.body import asset_value, env_of
from flowc_targets.airflow.names import HOME, KIT


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


def module(graphs: Iterable[Graph], wanted: set[str]) -> tuple[tuple[str, ...], set[str], set[str], set[str]]:
    """The lines of the module, the modules that it needs, the secrets and the variables that it reads."""
    settings = _Settings()
    imports: set[tuple[str, str]] = {("typing", "Any")}
    functions: list[str] = []
    seen: set[str] = set()
    for graph in graphs:
        for connection in graph.connections:
            if connection.name in wanted and connection.name not in seen:
                seen.add(connection.name)
                functions += ["", "", *_function(connection, settings, imports)]
    if not functions:
        return (), set(), set(), set()
    std = [pair for pair in imports if not pair[0].startswith(KIT)]
    own = [(pair[0].removeprefix(KIT), pair[1]) for pair in imports if pair[0].startswith(KIT)]
    head = [
        '"""The connections of this project. Secrets and variables are read where they are used."""',
        "",
        *import_lines(std),
        *(["", *import_lines(own)] if own else []),
    ]
    return (*head, *functions), {home.removeprefix(".") for home, _ in own}, settings.secrets, settings.variables


def _function(connection: Connection, settings: _Settings, imports: set[tuple[str, str]]) -> list[str]:
    entries = [f'"kind": {string(connection.kind)}']
    for name, value in connection.settings:
        code = _setting(value, settings)
        imports |= {*code.imports, *((HOME[each], each) for each in code.support)}
        entries.append(f"{string(name)}: {code.text}")
    place = f"{connection.origin.path.rpartition('/')[2]}:{connection.origin.line}"
    return [
        f"def {variable(connection.name)}() -> dict[str, Any]:  # {place}",
        f"    return {{{', '.join(entries)}}}",
    ]


def _setting(value: Expr, settings: _Settings) -> Code:
    """A constant path stays a text: that is what drivers take."""
    if isinstance(value, ir.Lit) and isinstance(value.value, str):
        return Code(literal(value.value))
    return source(value, settings)
