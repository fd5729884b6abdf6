"""Which values a function of the user's Python takes, and which it can give: hints against types of the language.

Gradual, as Python's own checkers are: what a hint leaves open is accepted, what it rules out is not.
"""

from __future__ import annotations

from flowc.ir.types import (
    ANY,
    ASSET,
    BOOL,
    CONNECTION,
    DATE,
    DATETIME,
    FLOAT,
    INT,
    JSON,
    NULL,
    SIZE,
    STR,
    Decimal,
    Enum,
    ListOf,
    MapOf,
    Optional,
    Range,
    Record,
    Table,
    Type,
)
from flowc.sema.outside.hints import ANY_DECIMAL, Fixed, Foreign, Hint, Option


def accepts(hint: Hint, value: Type, literal: str | None = None) -> bool:
    """Whether a parameter with this annotation takes a value of the type; `literal` is its text, if it is one."""
    if value == NULL:
        return hint.is_nullable or hint.is_unknown or JSON in hint.options
    if isinstance(value, Optional):
        return accepts(hint, NULL) and accepts(hint, value.item)
    return any(_accepts(option, value, literal) for option in hint.options)


def gives(hint: Hint, declared: Type) -> bool:
    """Whether what a function with this annotation returns can be of the declared output type (rule 15)."""
    if isinstance(declared, Optional):
        return not hint.options or any(_gives(option, declared.item) for option in hint.options)
    if hint.is_nullable and not hint.is_unknown and declared not in (JSON, ANY):
        return False
    return any(_gives(option, declared) for option in hint.options)


def gives_several(hint: Hint, outputs: tuple[Type, ...]) -> bool:
    """Whether it can be a map of, or a tuple with, just these outputs in this order."""
    return not hint.is_nullable and any(_gives_several(option, outputs) for option in hint.options)


# ------------------------------------------------------------------ a value goes in


def _accepts(option: Option, value: Type, literal: str | None) -> bool:
    if isinstance(option, Foreign):
        return not option.is_sure
    if isinstance(option, Fixed):
        return isinstance(value, ListOf) and all(accepts(item, value.item) for item in option.items)
    if value == ANY or option in (ANY, JSON) or option == value:
        return True
    match value:
        case Enum(members):
            return option == STR or (isinstance(option, Enum) and set(members) <= set(option.members))
        case Decimal():
            return isinstance(option, Decimal)
        case ListOf(item) | Range(item):
            return isinstance(option, ListOf) and _item_accepts(option.item, item)
        case MapOf(key, item):
            return _accepts_map(option, key, item)
        case Record():
            return _accepts_record(option, value)
        case Table():
            return option == STR
        case _:
            return _accepts_scalar(option, value, literal)


def _accepts_scalar(option: Type, value: Type, literal: str | None) -> bool:
    if literal is not None and isinstance(option, Enum):
        return literal in option.members
    if value == JSON:  # its parts have no types of their own yet; a scalar is asked for with `int(...)` and its like
        return isinstance(option, ListOf | MapOf | Record)
    wider: dict[Type, tuple[Type, ...]] = {
        INT: (FLOAT,),
        SIZE: (INT, FLOAT),
        ASSET: (STR,),
        DATETIME: (DATE,),  # a Python datetime is a date
    }
    if value == CONNECTION:
        return isinstance(option, MapOf | Record)
    return option in wider.get(value, ())


def _item_accepts(wanted: Type, value: Type) -> bool:
    return accepts(_as_hint(wanted), value)


def _accepts_map(option: Type, key: Type, item: Type) -> bool:
    match option:
        case MapOf(wanted_key, wanted):
            return _item_accepts(wanted_key, key) and _item_accepts(wanted, item)
        case Record():
            return True  # which keys it will have is not known
        case _:
            return False


def _accepts_record(option: Type, value: Record) -> bool:
    match option:
        case MapOf(_, wanted):
            return all(_item_accepts(wanted, field.type) for field in value.fields)
        case Record(fields):
            return all(_field_accepts(value, field.name, field.type) for field in fields)
        case _:
            return False


def _field_accepts(value: Record, name: str, wanted: Type) -> bool:
    field = value.field(name)
    return _item_accepts(wanted, field.type) if field else isinstance(wanted, Optional)


def _as_hint(kind: Type) -> Hint:
    return Hint("", (kind.item,), is_nullable=True) if isinstance(kind, Optional) else Hint("", (kind,))


# ------------------------------------------------------------------ a value comes out


def _gives(option: Option, declared: Type) -> bool:
    if isinstance(option, Foreign):
        return not option.is_sure
    if isinstance(option, Fixed):
        return _tuple_gives(option, declared)
    if option in (ANY, JSON) or declared in (ANY, option):
        return True
    match declared:
        case Enum(members):
            return option == STR or (isinstance(option, Enum) and bool(set(members) & set(option.members)))
        case Decimal():
            return option == ANY_DECIMAL
        case ListOf(item):
            return isinstance(option, ListOf) and gives(_as_hint(option.item), item)
        case MapOf():
            return _gives_map(option, declared)
        case Record():
            return _gives_record(option, declared)
        case Table():
            return option == STR
        case _:
            return _gives_scalar(option, declared)


def _gives_scalar(option: Type, declared: Type) -> bool:
    bare: tuple[Type, ...] = (INT, FLOAT, STR, BOOL)
    if declared == JSON:
        return option in bare or isinstance(option, ListOf | MapOf | Record | Enum)
    given: dict[Type, tuple[Type, ...]] = {FLOAT: (INT,), SIZE: (INT,), ASSET: (STR,)}
    return option in given.get(declared, ()) or (declared == STR and isinstance(option, Enum))


def _tuple_gives(option: Fixed, declared: Type) -> bool:
    match declared:
        case ListOf(item):
            return all(gives(hint, item) for hint in option.items)
        case Record(fields):
            return _gives_several(option, tuple(field.type for field in fields))
        case _:
            return declared in (ANY, JSON)


def _gives_map(option: Type, declared: MapOf) -> bool:
    match option:
        case MapOf(key, value):
            return gives(_as_hint(key), declared.key) and gives(_as_hint(value), declared.value)
        case Record(fields):
            return all(gives(_as_hint(field.type), declared.value) for field in fields)
        case _:
            return False


def _gives_record(option: Type, declared: Record) -> bool:
    match option:
        case MapOf():
            return True
        case Record(fields) if {f.name for f in fields} == {f.name for f in declared.fields}:
            given = {field.name: _as_hint(field.type) for field in fields}
            return all(gives(given[field.name], field.type) for field in declared.fields)
        case _:
            return False


def _gives_several(option: Option, outputs: tuple[Type, ...]) -> bool:
    match option:
        case Foreign():
            return not option.is_sure
        case Fixed(items):
            return len(items) == len(outputs) and all(
                gives(hint, output) for hint, output in zip(items, outputs, strict=True)
            )
        case ListOf(item):
            return all(gives(_as_hint(item), output) for output in outputs)  # `tuple[T, ...]`
        case Record(fields):
            return len(fields) == len(outputs)
        case MapOf():
            return True
        case _:
            return option in (ANY, JSON)
