"""A whole file, and which shapes may stand where."""

from __future__ import annotations

from attrs import field, frozen

from flowc.syntax.ast.clauses import Clause
from flowc.syntax.ast.declarations import (
    Asset,
    Column,
    Connection,
    Defaults,
    Enum,
    Flow,
    FromImport,
    Function,
    Import,
    Param,
    Policy,
    Profile,
    Schema,
    Template,
    Test,
)
from flowc.syntax.ast.names import Name, Node
from flowc.syntax.ast.statements import (
    Chain,
    Finally,
    For,
    Group,
    If,
    Let,
    Match,
    OnEvent,
    OnHook,
    Return,
    Set,
    Target,
    Task,
)

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
    """`# flow: allow(unused-import)`: warnings of these slugs are silent on `line`.

    That is the comment's own line, or the next line of code where the comment has a line to itself.
    """

    slugs: tuple[Name, ...]
    line: int = field(eq=False)


@frozen
class File(Node):
    """A whole `.flow` file."""

    items: tuple[Item, ...]
    allows: tuple[Allow, ...] = ()
