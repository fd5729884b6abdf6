"""Values that stand for themselves, each with its spelling."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from attrs import field, frozen

from flowc.syntax.ast.names import Node

if TYPE_CHECKING:
    from flowc.syntax.ast.expressions import Expr


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
