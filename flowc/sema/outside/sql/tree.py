"""Typed ways into sqlglot's trees, whose arguments have no types of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sqlglot import exp


def child(node: exp.Expr, *names: str) -> exp.Expr | None:
    """The argument of that name, if it is a node; of several names (they differ between versions) the first that is."""
    from sqlglot import exp

    for name in names:
        found = _args(node).get(name)
        if isinstance(found, exp.Expr):
            return found
    return None


def children(node: exp.Expr, name: str) -> list[exp.Expr]:
    """The argument of that name, if it is a list of nodes."""
    from sqlglot import exp

    found = _args(node).get(name)
    listed = cast("list[object]", found) if isinstance(found, list) else []
    return [item for item in listed if isinstance(item, exp.Expr)]


def has(node: exp.Expr, *names: str) -> bool:
    """Whether one of the arguments is given and says yes."""
    return any(bool(_args(node).get(name)) for name in names)


def word(node: exp.Expr, name: str) -> str:
    """The argument of that name, if it is a text."""
    found = _args(node).get(name)
    return found if isinstance(found, str) else ""


def unwrapped(query: exp.Expr) -> exp.Expr:
    """A query without the brackets around it."""
    from sqlglot import exp

    while isinstance(query, exp.Subquery):
        query = query.this
    return query


def start(node: exp.Expr) -> int | None:
    """Where in the parsed text the first name in a node begins; None where no name stands in it."""
    starts = [found for inner in node.walk() if isinstance(found := inner.meta.get("start"), int)]
    return min(starts, default=None)


def _args(node: exp.Expr) -> dict[str, object]:
    return cast("dict[str, object]", node.args)
