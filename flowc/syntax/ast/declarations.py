"""What may stand in a file."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from flowc.source import Span
from flowc.syntax.ast.clauses import Action, Block, Clause
from flowc.syntax.ast.expressions import ConnectionRef, Expr
from flowc.syntax.ast.literals import Text
from flowc.syntax.ast.names import Dotted, Name, Node
from flowc.syntax.ast.types import Type


@frozen
class Import(Node):
    """`import std.quality as dq`."""

    module: Dotted
    alias: Name | None


@frozen
class ImportedName(Node):
    """`lake as lake_path`."""

    name: Name
    alias: Name | None


@frozen
class FromImport(Node):
    """`from shared.env import wh, slack as chat`."""

    module: Dotted
    names: tuple[ImportedName, ...]


@frozen
class Param(Node):
    """`min_score: float in 0.0..1.0 = 0.2`."""

    name: Name
    type: Type
    allowed: Expr | None
    default: Expr | None
    doc: str | None = None


@frozen
class Flow(Node):
    """`flow nightly(region: str = "eu") -> (n: int) { ... }`."""

    name: Name
    params: tuple[Param, ...]
    outputs: Type | None
    body: Block
    doc: str | None = None


@frozen
class TemplateTask(Node):
    """The body of a template that is one task: `template t(x: str) = sh "..." -> str retry 2`."""

    action: Action
    outputs: Type | None
    body: Block


@frozen
class Template(Node):
    """`template load(source: str) -> int { ... }`."""

    name: Name
    params: tuple[Param, ...]
    outputs: Type | None
    body: Block | TemplateTask
    doc: str | None = None


@frozen
class Function(Node):
    """`fn lake(table: str) -> path = "..."`."""

    name: Name
    params: tuple[Param, ...]
    returns: Type
    value: Expr
    doc: str | None = None


@frozen
class Enum(Node):
    """`enum Region = "eu", "us"`."""

    name: Name
    members: tuple[Text, ...]
    doc: str | None = None


@frozen
class Column(Node):
    """`email: str? @pii source raw.email`."""

    name: Name
    type: Type
    marks: tuple[Name, ...]
    clauses: tuple[Clause, ...]
    doc: str | None = None


@frozen
class Schema(Node):
    """`schema Order(Audited) { ... }`; `braces` as in a Block."""

    name: Name
    base: Dotted | None
    columns: tuple[Column, ...]
    braces: Span = field(eq=False, repr=False)
    doc: str | None = None


@frozen
class Locator(Node):
    """`@wh "raw.orders"`: where an asset is."""

    connection: ConnectionRef | None
    path: Text


@frozen
class Asset(Node):
    """`asset orders: table[Order] = @wh "raw.orders" freshness 1h`."""

    name: Name
    type: Type | None
    locator: Locator | None
    body: Block
    doc: str | None = None


@frozen
class Connection(Node):
    """`connection wh: postgres { host "localhost" }`."""

    name: Name
    kind: Name
    body: Block
    doc: str | None = None


@frozen
class Policy(Node):
    """`policy flaky retry 6, delay: 5s`."""

    name: Name
    body: Block
    doc: str | None = None


@frozen
class Defaults(Node):
    """`defaults { retry 2 }`."""

    body: Block


@frozen
class Profile(Node):
    """`profile prod extends dev { ... }`."""

    name: Name
    extends: Name | None
    body: Block
    doc: str | None = None


@frozen
class Test(Node):
    """`test "weekdays" for nightly { ... }`."""

    __test__: ClassVar[bool] = False  # not a pytest class

    title: Text
    flow: Dotted | None
    body: Block
    doc: str | None = None
