"""Types as they are written."""

from __future__ import annotations

from attrs import frozen

from flowc.syntax.ast.expressions import Expr
from flowc.syntax.ast.literals import Text
from flowc.syntax.ast.names import Dotted, Name, Node


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
