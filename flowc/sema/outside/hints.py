"""What an annotation of the user's Python says, in types of the language.

A hint is a choice: `str | Path` is two options. What the language has no type for is `Foreign`. Python's `Decimal`
tells neither precision nor scale: it is `ANY_DECIMAL` here, which no flow can write down. It takes every decimal, and
no output is inferred from it (`Hint.type` is None), so that the user is asked to write `-> decimal(p, s)`.
"""

from __future__ import annotations

from attrs import frozen

from flowc.ir.types import (
    ANY,
    FLOAT,
    INT,
    JSON,
    NOTHING,
    Decimal,
    Enum,
    ListOf,
    MapOf,
    Optional,
    Record,
    Type,
)

ANY_DECIMAL = Decimal(0, 0)


@frozen
class Foreign:
    """A Python type without a counterpart. `is_sure`: no value of the language can be one (a set, a dataclass)."""

    text: str
    is_sure: bool = False


@frozen
class Fixed:
    """`tuple[A, B]`: several outputs in this order, or a list if its items are alike."""

    items: tuple[Hint, ...]


Option = Type | Fixed | Foreign


@frozen
class Hint:
    """An annotation as written, the options that it gives, and whether `None` is one more."""

    text: str
    options: tuple[Option, ...]
    is_nullable: bool = False

    @property
    def type(self) -> Type | None:
        """The one type that it means; `nothing` for `None` alone; None where the language has no such type."""
        if not self.options:
            return NOTHING if self.is_nullable else None
        base = _joined(self.options)
        if base is None or _is_vague(base):
            return None
        return Optional(base) if self.is_nullable and base not in (JSON, ANY) else base

    @property
    def is_unknown(self) -> bool:
        """Nothing can be said for or against a value."""
        return any(isinstance(option, Foreign) and not option.is_sure for option in self.options)


def untyped(text: str, *, is_sure: bool = False) -> Hint:
    """The hint of an annotation that names no type of the language."""
    return Hint(text, (Foreign(text, is_sure),))


def _joined(options: tuple[Option, ...]) -> Type | None:
    """One type for all options: itself, float for int and float, one enum for several literals."""
    if set(options) == {INT, FLOAT}:
        return FLOAT
    if all(isinstance(option, Enum) for option in options):
        members = (member for option in options if isinstance(option, Enum) for member in option.members)
        return options[0] if len(options) == 1 else Enum(tuple(dict.fromkeys(members)))  # type: ignore[return-value]
    if len(options) != 1:
        return JSON if all(option != ANY_DECIMAL and _is_json(option) for option in options) else None
    option = options[0]
    if isinstance(option, Fixed):
        kinds = {item.type for item in option.items}
        kind = kinds.pop() if len(kinds) == 1 else None
        return ListOf(kind) if kind else None
    return None if isinstance(option, Foreign) else option


def _is_json(option: Option) -> bool:
    return (isinstance(option, MapOf | ListOf | Record) and not _is_vague(option)) or option == JSON


def _is_vague(kind: Type) -> bool:
    match kind:
        case Decimal():
            return kind == ANY_DECIMAL
        case ListOf(item) | Optional(item):
            return _is_vague(item)
        case MapOf(key, value):
            return _is_vague(key) or _is_vague(value)
        case Record(fields):
            return any(_is_vague(field.type) for field in fields)
        case _:
            return False
