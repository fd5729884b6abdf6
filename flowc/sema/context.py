"""What an expression is typed in: the names it sees, where it stands, what may be said there.

`World` is what lies beyond names: types, functions, files, decisions. The analysis of a module gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, Protocol

from attrs import field, frozen

from flowc.diagnostics.model import Problems
from flowc.ir.expr import Expr
from flowc.ir.graph import InArm, Phase
from flowc.ir.graph import Scope as Place
from flowc.ir.types import Type
from flowc.kinds.base import Formal
from flowc.sema.scope import ModuleSymbol, Names, Symbol
from flowc.source import Span
from flowc.syntax import ast

Allowed = Literal["environment", "sql", "check", "skipped"]
"""`environment`: connection settings and `env`, where `secret` and `env` may stand, also in a `let` that is only read
there. `sql`: a hole in SQL, `ident` and `table`. `check`: a check's condition, `rows` and `unique`. `skipped`: a
`return`, where a skipped task reads as null."""


@frozen(eq=False)
class FunctionSymbol:
    """`fn name(params) -> result = body`, with the names and the world of the module that declares it."""

    name: str
    params: tuple[Formal, ...]
    result: Type
    body: ast.Expr
    names: Names
    world: World
    span: Span


class World(Protocol):
    """Look-ups that need the module or the project around an expression."""

    def type_named(self, name: ast.Dotted) -> Type | None:
        """An enum or a schema, also an imported one (`mod.Order`)."""
        ...

    def type_names(self) -> Iterable[str]:
        """The names that `type_named` knows, for `did you mean`."""
        ...

    def function(self, name: ast.Dotted) -> FunctionSymbol | None:
        """A `fn`, also `mod.name`."""
        ...

    def callables(self) -> Iterable[str]:
        """The names of the functions, for `did you mean`."""
        ...

    def module(self, symbol: ModuleSymbol) -> Names | None:
        """The values that an imported module exports: its lets, assets, connections, flows."""
        ...

    def arms(self, decision: str) -> int | None:
        """The number of arms, `else` included, when one of them is always chosen; else None."""
        ...

    def condition_of(self, arm: InArm) -> tuple[Span, str] | None:
        """Where the condition of an arm is written, and when the arm runs: `only runs when this is true`."""
        ...

    def hidden(self, name: str) -> Span | None:
        """Where a loop variable or a `let` of that name stands that lives in a block alone."""
        ...

    def handler_task(self, name: str) -> Span | None:
        """Where a task of that name stands in a handler of the flow."""
        ...

    def file_text(self, path: str) -> str | None:
        """A text file of the project, for `file("x.sql")`."""
        ...

    def parse_holes(self, text: str, path: str) -> ast.Text:
        """The text of such a file with its holes parsed; problems in them are reported."""
        ...


def _nothing(symbol: Symbol) -> None:
    """Nobody wants to know what is read."""


@frozen
class Context:
    """Where an expression stands. Change it with `attrs.evolve`."""

    names: Names
    place: Place
    problems: Problems
    world: World
    phase: Phase = "main"
    allows: frozenset[Allowed] = frozenset()
    narrowed: frozenset[Expr] = frozenset()
    """Reads that are not null here, since they stand inside `if x != null`; see `flowc.sema.expressions.known`."""
    partition: Type | None = None
    """The type of `run.partition`, in a flow that has one: date, or datetime for hours."""
    event: Type | None = None
    """The type of `run.event`, in a flow that something triggers."""
    on_read: Callable[[Symbol], None] = _nothing
    """Called for every symbol that is read."""
    locals: frozenset[str] = frozenset()
    """Variables of the comprehensions around; ours."""
    inlining: tuple[FunctionSymbol, ...] = field(default=(), repr=False)
    """The functions whose bodies are being read, so that recursion is found; ours."""
