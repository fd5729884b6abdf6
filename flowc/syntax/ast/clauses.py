"""What statements are built from: clauses and bodies, actions, triggers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import field, frozen

from flowc.source import Span
from flowc.syntax.ast.expressions import Arg, ConnectionRef, Expr
from flowc.syntax.ast.literals import Text
from flowc.syntax.ast.names import Dotted, Name, Node

if TYPE_CHECKING:
    from flowc.syntax.ast.file import Stmt


@frozen
class Clause(Node):
    """`retry 3, delay: 30s`; without arguments a flag: `skip`."""

    name: Name
    args: tuple[Arg, ...]

    @property
    def positional(self) -> tuple[Expr, ...]:
        return tuple(arg.value for arg in self.args if arg.name is None)

    def named(self, word: str) -> Expr | None:
        """The value of the modifier `word:`; the first one if there are several."""
        return next((arg.value for arg in self.args if arg.name and arg.name.text == word), None)


@frozen
class Block(Node):
    """Statements, in order: the clauses on the declaration's own line first, then those between its braces.

    `braces` is where the `{ ... }` is, None without; the first `inline` statements stand before it.
    """

    statements: tuple[Stmt, ...]
    braces: Span | None = field(default=None, eq=False, repr=False)
    inline: int = field(default=0, eq=False, repr=False)

    def __iter__(self) -> Iterator[Stmt]:
        return iter(self.statements)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(s for s in self.statements if isinstance(s, Clause))


@frozen
class ModuleRef(Node):
    """`shop.etl:Loader.extract`: a module and a name in it."""

    module: str
    symbol: str


@frozen
class Invocation(Node):
    """`file("x.sql")`, `build_mart(day: run.date)`, or a bare name: `args` is None then."""

    callee: Dotted
    args: tuple[Arg, ...] | None


@frozen
class PythonAction(Node):
    """`python shop.etl:extract(region)`."""

    function: ModuleRef
    args: tuple[Arg, ...]


@frozen
class KindAction(Node):
    """`sql @wh "..."`, `http get("...")`, `run build_mart(...)`: any other kind, its connection and its operand."""

    kind: Name
    connection: ConnectionRef | None
    operand: Text | Invocation


@frozen
class TemplateAction(Node):
    """`load_table("orders")`, `dq.unique(orders, by: ["id"])`."""

    template: Dotted
    args: tuple[Arg, ...]


Action = PythonAction | KindAction | TemplateAction


@frozen
class EventAtom(Node):
    """`asset orders`, `file "s3://..."`, `flow other(when: failed)`."""

    kind: Name
    operand: Text | Invocation


@frozen
class AllOf(Node):
    """`a and b`."""

    events: tuple[Event, ...]


@frozen
class AnyOf(Node):
    """`a or b`."""

    events: tuple[Event, ...]


Event = EventAtom | AllOf | AnyOf
