"""The function of a task or of bookkeeping: what it is made of, and what it reads where it runs."""

from __future__ import annotations

from abc import ABC, abstractmethod

from flowc.ir import expr as ir
from flowc.ir.graph import Decision, Graph
from flowc.target.code import Code, support
from flowc.target.literals import string
from flowc.target.naming import variable
from flowc.target.python import source
from flowc_targets.project.leaves import asset_value, env_of


class Body(ABC):
    """Collects what a function is made of; a target adds how params and values of tasks come in.

    `imports`, `secrets` and `variables` are noted, where the target keeps them.
    """

    def __init__(self, graph: Graph, imports: set[tuple[str, str]], secrets: set[str], variables: set[str]) -> None:
        self.graph = graph
        self.imports = imports
        self.lines: list[str] = []
        self._secrets = secrets
        self._variables = variables

    @abstractmethod
    def home(self, name: str) -> str:
        """The module that has a support function; of the support package itself where the name is empty."""

    @abstractmethod
    def param(self, leaf: ir.Param) -> Code: ...
    @abstractmethod
    def run(self, leaf: ir.Run) -> Code: ...
    @abstractmethod
    def output(self, leaf: ir.Output) -> Code: ...
    @abstractmethod
    def item(self, leaf: ir.Item) -> Code: ...

    # -------------------------------------------------------------- writing

    def write(self, code: Code | str) -> str:
        """The text of some code, whose imports are noted."""
        return self.use(code).text if isinstance(code, Code) else code

    def use(self, code: Code) -> Code:
        """Note what some code needs."""
        self.imports |= code.imports
        self.imports |= {(self.home(name), name) for name in code.support}
        return code

    def line(self, text: str) -> None:
        """One more line of the body."""
        self.lines.append(text)

    def module(self, name: str) -> str:
        """A module of the support package."""
        self.imports.add((self.home(""), name))
        return name

    def subject(self, decision: Decision) -> Code | None:
        """What the arms of a `match` are compared with, computed once."""
        if decision.subject is None:
            return None
        found = self.use(source(decision.subject, self))
        if found.is_simple:
            return found
        self.line(f"subject = {found.text}")
        return Code("subject")

    # -------------------------------------------------------------- what is read where it runs

    def member(self, raw: Code, key: Code, levels: int) -> Code:
        """A field of a record that may be null, or of all records of a list."""
        if not levels:
            return support("member", raw, key)
        each = self.member(Code("each"), key, levels - 1)
        return self.use(Code(f"[{each.text} for each in {raw.text}]", support=each.support))

    def secret(self, leaf: ir.Secret) -> Code:
        self._secrets.add(leaf.name)
        return support("secret", Code(string(leaf.name)))

    def env(self, leaf: ir.Env, default: Code | None) -> Code:
        self._variables.add(leaf.name)
        return env_of(leaf, default)

    def asset(self, leaf: ir.Asset) -> Code:
        return asset_value(self.graph.asset(leaf.name))

    def connection(self, leaf: ir.Connection) -> Code:
        return self.connected(leaf.name)

    def connected(self, name: str) -> Code:
        """The settings of a connection."""
        return Code(f"{self.module('connections')}.{self.called_connection(name)}()")

    def called_connection(self, name: str) -> str:
        """The function of a connection."""
        return variable(name)
