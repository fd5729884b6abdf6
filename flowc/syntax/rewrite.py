"""A tree with some of its nodes replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import attrs

from flowc.syntax.ast import Node

Change = Callable[[Node], Node | None]


def rewrite(node: Node, change: Change) -> Node:
    """The tree where each node that `change` gives another one for is that one; nothing below it is looked at."""
    other = change(node)
    if other is not None:
        return other
    changed: dict[str, object] = {}
    for field in attrs.fields(type(node)):
        value: object = getattr(node, field.name)
        if isinstance(value, Node):
            found: object = rewrite(value, change)
        elif isinstance(value, tuple):
            items = cast("tuple[object, ...]", value)
            found = tuple(rewrite(item, change) if isinstance(item, Node) else item for item in items)
        else:
            continue
        if found != value:
            changed[field.name] = found
    return attrs.evolve(node, **changed) if changed else node
