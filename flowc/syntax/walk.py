"""Visit a tree without knowing its shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

import attrs

from flowc.syntax.ast import Node, Task


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


def around_tasks(node: Node) -> Iterator[Node]:
    """As `walk`, the tasks that stand in `node` too, and nothing below these: that is asked of each, and remembered."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        if type(found) is not Task:
            waiting += children(found)[::-1]


def by_shape(node: Node) -> Mapping[type[Node], Sequence[Node]]:
    """All of `walk`, by their classes, each in order. A task remembers its own."""
    if type(node) is Task:
        return _in_task(node)
    found: dict[type[Node], list[Node]] = {}
    for each in around_tasks(node):
        if type(each) is Task:
            for shape, nodes in _in_task(each).items():
                found.setdefault(shape, []).extend(nodes)
        else:
            found.setdefault(type(each), []).append(each)
    return found


def _in_task(task: Task) -> Mapping[type[Node], Sequence[Node]]:
    if "shapes" not in task.memory:
        found: dict[type[Node], list[Node]] = {}
        for each in walk(task):
            found.setdefault(type(each), []).append(each)
        task.memory["shapes"] = found
    return cast("Mapping[type[Node], Sequence[Node]]", task.memory["shapes"])


_PLAIN = frozenset({"str", "str | None", "bool", "int", "Span", "tuple[str, ...]"})
"""Annotations of fields that hold no nodes."""


@cache
def _fields(shape: type[Node]) -> tuple[str, ...]:
    """The fields of a class that may hold nodes."""
    return tuple(field.name for field in attrs.fields(shape) if str(field.type) not in _PLAIN)
