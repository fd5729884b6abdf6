"""Visit a tree without knowing its shapes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import cast

import attrs

from flowc.syntax.ast import Node


def children(node: Node) -> list[Node]:
    """The nodes right below `node`, in the order of its fields (that of the text, doc comments aside)."""
    found: list[Node] = []
    for name in _fields(type(node)):
        value: object = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif type(value) is tuple:
            found += [item for item in cast(tuple[object, ...], value) if isinstance(item, Node)]
    return found


def walk(node: Node) -> Iterator[Node]:
    """`node`, then all that is below it, parents before children."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        if _fields(type(found)):
            waiting += children(found)[::-1]


_PLAIN = frozenset({"str", "str | None", "bool", "int", "Span", "tuple[str, ...]"})
"""Annotations of fields that hold no nodes."""


@cache
def _fields(shape: type[Node]) -> tuple[str, ...]:
    """The fields of a class that may hold nodes."""
    return tuple(field.name for field in attrs.fields(shape) if str(field.type) not in _PLAIN)
