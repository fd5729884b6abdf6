"""What may stand in a block."""

from __future__ import annotations

from attrs import field, frozen

from flowc.source import Span
from flowc.syntax.ast.clauses import Action, Block, Clause, Event
from flowc.syntax.ast.expressions import Arg, Expr
from flowc.syntax.ast.names import Dotted, Name, Node
from flowc.syntax.ast.types import Type


@frozen
class Task(Node):
    """`task load = sql @wh "..." -> int retry 3 { ... }`."""

    name: Name
    action: Action
    outputs: Type | None
    body: Block
    doc: str | None = None
    memory: dict[str, object] = field(init=False, eq=False, repr=False, factory=dict[str, object])
    """What was found out of it, by who found it: a task is looked at again and again, and never changes."""


@frozen
class Group(Node):
    """`group checks after load { ... }`."""

    name: Name
    body: Block
    doc: str | None = None


@frozen
class If(Node):
    """`if c { ... } else { ... }`; an `else if` is an If in `otherwise`."""

    condition: Expr
    then: Block
    otherwise: Block | If | None


@frozen
class Arm(Node):
    """`1..10, 12 => ...`; `_` is the Name `_`. The body of a short arm is one task or line, without braces."""

    patterns: tuple[Expr, ...]
    body: Block


@frozen
class Match(Node):
    """`match size { ... }`; `braces` as in a Block."""

    subject: Expr
    arms: tuple[Arm, ...]
    braces: Span = field(eq=False, repr=False)


@frozen
class For(Node):
    """`for file in files limit 16 { ... }`, `for key, value in map { ... }`."""

    name: Name
    second: Name | None
    iterable: Expr
    clauses: tuple[Clause, ...]
    body: Block


@frozen
class OnHook(Node):
    """`on failure { ... }`."""

    event: Name
    body: Block


@frozen
class OnEvent(Node):
    """`on file "s3://..." poll 1m`."""

    event: Event
    body: Block


@frozen
class Finally(Node):
    """`finally { ... }`."""

    body: Block


@frozen
class Chain(Node):
    """`a >> [b, c] >> d`: each link is one task or several."""

    links: tuple[Link, ...]


@frozen
class Fan(Node):
    """`[b, c]` in a chain."""

    tasks: tuple[Dotted, ...]


Link = Dotted | Fan


@frozen
class Return(Node):
    """`return n` has one argument without a name, `return rows: a, n: b` only named ones."""

    values: tuple[Arg, ...]


@frozen
class Let(Node):
    """`let loaded: int = a + b`."""

    name: Name
    type: Type | None
    value: Expr
    doc: str | None = None


@frozen
class Set(Node):
    """`set nightly.schedule = off`."""

    path: Dotted
    value: Expr


@frozen
class Target(Node):
    """`target airflow { ... }`."""

    name: Name
    body: Block
    doc: str | None = None
