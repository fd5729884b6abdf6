"""What everything in the tree is made of: a place, a name, a dotted name."""

from __future__ import annotations

from attrs import field, frozen

from flowc.source import Span


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
