"""Constants of a flow as plain JSON, which engines keep: the text form where JSON has no such type."""

from __future__ import annotations

from flowc.ir.types import Type
from flowc.runtime import types
from flowc.runtime.texts import plain
from flowc.target.types import spelled


def plain_constant(value: object, kind: Type | None) -> object:
    """A constant of that type as JSON's own types."""
    return plain(value, types.read(spelled(kind)) if kind is not None else None)
