"""Visit a tree without knowing its shapes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import attrs

from flowc.syntax.ast import Node


def children(node: Node) -> Iterator[Node]:
    """The nodes right below `node`, in the order of its fields (that of the text, doc comments aside)."""
    for field in _fields(type(node)):
        value: object = getattr(node, field)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))  # pyright: ignore[reportUnknownVariableType]


def walk(node: Node) -> Iterator[Node]:
    """`node`, then all that is below it, parents before children."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += [*children(found)][::-1]


@cache
def _fields(shape: type[Node]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(shape) if field.name != "span")
