"""The tree of a `.flow` file: one frozen class a shape, exactly what the user wrote and nothing resolved.

Two trees are equal when they say the same: places (`span`), spelling, brackets that change nothing and the choice between
`retry 3` on the task's line or in its block do not count. Words are not judged here: `retires 3` is a fine `Clause`.
`flowc.syntax.walk` visits a tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Literal

from attrs import field, frozen

from flowc.source import Span

# ---------------------------------------------------------------------------------------------------- names and places


@frozen
class Node:
    """Anything with a place. A declaration's span begins at its keyword; its doc comment stands before it."""

    span: Span = field(eq=False, repr=False, kw_only=True)


@frozen
class Name(Node):
    """An identifier, wherever one stands; as an expression, a reference to what it names."""

    text: str


@frozen
class Dotted(Node):
    """`shop.etl`, `sources.load_orders`: at least one name."""

    parts: tuple[Name, ...]

    @property
    def text(self) -> str:
        return ".".join(part.text for part in self.parts)


# ---------------------------------------------------------------------------------------------------- expressions


@frozen
class IntLiteral(Node):
    """`1_000`."""

    value: int
    spelling: str = field(eq=False, repr=False)


@frozen
class FloatLiteral(Node):
    """`0.5`, `1e6`; the spelling is exact where a decimal is wanted."""

    value: float
    spelling: str = field(eq=False, repr=False)


@frozen
class BoolLiteral(Node):
    """`true`, `false`."""

    value: bool


@frozen
class NullLiteral(Node):
    """`null`."""


@frozen
class DateLiteral(Node):
    """`2024-01-31`."""

    value: date
    spelling: str = field(eq=False, repr=False)


@frozen
class TimeLiteral(Node):
    """`06:00`."""

    value: time
    spelling: str = field(eq=False, repr=False)


@frozen
class DateTimeLiteral(Node):
    """`2024-01-01T06:00Z`; naive when no offset is written."""

    value: datetime
    spelling: str = field(eq=False, repr=False)


@frozen
class DurationLiteral(Node):
    """`1h30m`."""

    value: timedelta
    spelling: str = field(eq=False, repr=False)


@frozen
class Size:
    """A number of bytes."""

    bytes: int


@frozen
class SizeLiteral(Node):
    """`4GiB`."""

    value: Size
    spelling: str = field(eq=False, repr=False)


@frozen
class Text(Node):
    """A string: literal pieces (escapes resolved, common indent removed) and the expressions of its `#{holes}`.

    No piece is empty and no two literal pieces touch, so `"a"` is `("a",)` and `""` is `()`. Raw strings have no holes.
    """

    parts: tuple[str | Expr, ...]
    raw: bool = field(eq=False)
    multiline: bool = field(eq=False)
    spelling: str = field(eq=False, repr=False)

    @property
    def plain(self) -> str | None:
        """The value when no hole is in it."""
        match self.parts:
            case ():
                return ""
            case (str() as only,):
                return only
            case _:
                return None


@frozen
class ConnectionRef(Node):
    """`@warehouse`."""

    name: Name


@frozen
class Attribute(Node):
    """`stage.rows`."""

    value: Expr
    name: Name


@frozen
class Index(Node):
    """`xs[0]`, `sales[day - 6d .. day]`."""

    value: Expr
    index: Expr


@frozen
class Arg(Node):
    """`x` or `name: x`, in a call or a clause."""

    name: Name | None
    value: Expr


@frozen
class Call(Node):
    """`lake("orders")`, `name.lower()`."""

    function: Expr
    args: tuple[Arg, ...]


@frozen
class Unary(Node):
    """`-x`, `not x`."""

    op: UnaryOp
    operand: Expr
    grouped: bool = field(default=False, eq=False, repr=False)


@frozen
class Binary(Node):
    """Two operands; `a .. b` and `a ?? b` have shapes of their own. `grouped`: the user wrote brackets around it."""

    op: BinaryOp
    left: Expr
    right: Expr
    grouped: bool = field(default=False, eq=False, repr=False)


@frozen
class Range(Node):
    """`1 .. 10`, both ends in."""

    first: Expr
    last: Expr
    grouped: bool = field(default=False, eq=False, repr=False)


@frozen
class Coalesce(Node):
    """`a ?? b ?? c`: one flat chain; a chain in brackets inside it stays a choice of its own."""

    choices: tuple[Expr, ...]
    grouped: bool = field(default=False, eq=False, repr=False)


@frozen
class Ternary(Node):
    """`x if c else y`."""

    then: Expr
    condition: Expr
    otherwise: Expr
    grouped: bool = field(default=False, eq=False, repr=False)


@frozen
class ListExpr(Node):
    """`[a, b]`."""

    items: tuple[Expr, ...]


@frozen
class Comprehension(Node):
    """`[e for x in xs if c]`."""

    element: Expr
    name: Name
    iterable: Expr
    condition: Expr | None


@frozen
class Entry(Node):
    """`key: value` of a map; a bare word is a key, not a variable."""

    key: Name | Text
    value: Expr


@frozen
class MapExpr(Node):
    """`{ a: 1, "b c": 2 }`."""

    entries: tuple[Entry, ...]


UnaryOp = Literal["-", "not"]
BinaryOp = Literal["*", "/", "%", "+", "-", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"]
LiteralExpr = (
    IntLiteral | FloatLiteral | BoolLiteral | NullLiteral | DateLiteral | TimeLiteral | DateTimeLiteral
    | DurationLiteral | SizeLiteral | Text
)  # fmt: skip
Operation = Unary | Binary | Range | Coalesce | Ternary
Expr = (
    Name | ConnectionRef | LiteralExpr | Attribute | Index | Call | Operation | ListExpr | Comprehension | MapExpr
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------- types


@frozen
class NamedType(Node):
    """`int`, `shared.Order`."""

    name: Dotted


@frozen
class GenericType(Node):
    """`list[T]`, `map[str, int]`, `table[Order]`."""

    name: Dotted
    args: tuple[Type, ...]


@frozen
class SizedType(Node):
    """`decimal(12, 2)`."""

    name: Dotted
    args: tuple[Expr, ...]


@frozen
class OptionalType(Node):
    """`T?`."""

    inner: Type


@frozen
class TextType(Node):
    """`"full"`: the type whose only value is that text."""

    text: Text


@frozen
class UnionType(Node):
    """`"full" | "delta"`: at least two."""

    members: tuple[Type, ...]


@frozen
class Field(Node):
    """`rows: path`."""

    name: Name
    type: Type


@frozen
class RecordType(Node):
    """`(rows: path, n: int)`; as the outputs of a task, flow or template it means several, each with its name."""

    fields: tuple[Field, ...]


Type = NamedType | GenericType | SizedType | OptionalType | TextType | UnionType | RecordType

# ---------------------------------------------------------------------------------------------------- clauses and bodies


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

    def __len__(self) -> int:
        return len(self.statements)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(s for s in self.statements if isinstance(s, Clause))


# ---------------------------------------------------------------------------------------------------- actions


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

# ---------------------------------------------------------------------------------------------------- triggers


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

# ---------------------------------------------------------------------------------------------------- statements


@frozen
class Task(Node):
    """`task load = sql @wh "..." -> int retry 3 { ... }`."""

    name: Name
    action: Action
    outputs: Type | None
    body: Block
    doc: str | None = None


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


# ---------------------------------------------------------------------------------------------------- declarations


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


Stmt = (
    Task | Group | If | Match | For | OnHook | OnEvent | Finally | Chain | Return | Clause
    | Let | Set | Target | Asset | Policy | Defaults | Connection
)  # fmt: skip
Item = (
    Import | FromImport | Flow | Template | Function | Enum | Schema | Asset | Connection | Policy | Defaults
    | Profile | Let | Set | Test | Target
)  # fmt: skip
Documented = (
    Task | Group | Let | Target | Flow | Template | Function | Enum | Schema | Column | Param | Asset | Connection
    | Policy | Profile | Test
)  # fmt: skip


@frozen
class Allow(Node):
    """`# flow: allow(unused-import)`: warnings of these slugs are silent on `line` (an own-line comment: the next code line)."""

    slugs: tuple[Name, ...]
    line: int = field(eq=False)


@frozen
class File(Node):
    """A whole `.flow` file."""

    items: tuple[Item, ...]
    allows: tuple[Allow, ...] = ()
