"""The graph with some expressions changed for others."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

from attrs import Attribute, evolve, fields, has

from flowc.ir.expr import Expr, is_expr

_MODULES = ("flowc.ir.graph", "flowc.ir.actions", "flowc.ir.expr")
T = TypeVar("T")


def rewritten(value: T, change: Callable[[Expr], Expr]) -> T:
    """A value of the IR in which each expression is what `change` makes of it, the outermost first.

    What `change` gives back as it is, is looked into; a part in which nothing changes is the same object as before.
    """
    return cast(T, _rewritten(value, change))


def _rewritten(value: object, change: Callable[[Expr], Expr]) -> object:
    if is_expr(value) and (new := change(value)) is not value:
        return new
    if isinstance(value, tuple):
        parts = cast("tuple[object, ...]", value)
        found = tuple(_rewritten(part, change) for part in parts)
        return found if any(new is not old for new, old in zip(found, parts, strict=True)) else parts
    changes = {
        name: new for name in _parts(type(value)) if (new := _rewritten(old := getattr(value, name), change)) is not old
    }
    return evolve(cast(Any, value), **changes) if changes else value


@cache
def _parts(shape: type) -> tuple[str, ...]:
    """The fields of a class of the IR that are given when one is made; none of any other class."""
    if not has(shape) or shape.__module__ not in _MODULES:
        return ()
    attributes = cast("tuple[Attribute[Any], ...]", fields(shape))
    return tuple(attribute.name for attribute in attributes if attribute.init and attribute.eq)
