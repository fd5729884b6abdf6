"""How types relate: what fits where, what two values have in common, what may cross a task's border.

Values convert by themselves only from int to float, from a text literal to an enum member or a path, and from T to T?.
What is the same value under a wider name fits too: an enum as a text, a smaller enum as a larger one, JSON-able values
as `json`, a decimal as a longer one, a schema as a record with the same fields.
"""

from __future__ import annotations

from typing import assert_never

from flowc.ir.expr import Convert, Expr, Lit
from flowc.ir.types import (
    ANY,
    CONNECTION,
    FLOAT,
    INT,
    JSON,
    NOTHING,
    NULL,
    SECRET,
    STR,
    Decimal,
    Enum,
    Field,
    ListOf,
    MapOf,
    Optional,
    Range,
    Record,
    Scalar,
    Special,
    Table,
    Type,
)

LIMITS = range(-(2**63), 2**63)
"""What an int can be."""

_ORDERED = {"int", "float", "str", "date", "time", "datetime", "duration", "size"}
_JSON = {"str", "int", "float", "bool", "json"}
_WITHOUT_TEXT = {"secret"}


# ------------------------------------------------------------------ optional


def optional(type_: Type) -> Type:
    """`T?`; of `T?` and of types that hold null anyway, the type itself."""
    return type_ if isinstance(type_, Optional) or type_ in (NULL, ANY) else Optional(type_)


def strip(type_: Type) -> Type:
    """`T` of `T?`."""
    return type_.item if isinstance(type_, Optional) else type_


def may_be_null(type_: Type) -> bool:
    """Null can be among the values."""
    return isinstance(type_, Optional) or type_ in (NULL, ANY, JSON)


# ------------------------------------------------------------------ fits


def fits(have: Type, want: Type) -> bool:
    """A value of type `have` can stand where `want` is wanted, by `convert`."""
    if have in (want, NOTHING) or ANY in (have, want):
        return True
    match have, want:
        case _, Optional(item):
            return have == NULL or fits(strip(have), item)
        case _, Scalar("json"):
            return is_json(have)
        case Scalar("int"), Scalar("float"):
            return True
        case Enum(), Scalar("str"):
            return True
        case Enum(small), Enum(large):
            return set(small) <= set(large)
        case Decimal(), Decimal():
            return _widens(have, want)
        case ListOf(item), ListOf(other):
            return fits(item, other)
        case MapOf(), MapOf():
            return fits(have.key, want.key) and fits(have.value, want.value)
        case Record(), Record():
            return record_misfit(have, want) is None
        case Record(), MapOf():
            return fits(STR, want.key) and all(fits(field.type, want.value) for field in have.fields)
        case Table(), Table(schema):
            return schema is None
        case Table(), Special("asset"):
            return True
        case _:
            return False


def record_misfit(have: Record, want: Record) -> Field | None:
    """The first field that `have` lacks, has too much, or has with a type that does not fit."""
    for field in want.fields:
        held = have.field(field.name)
        if held is None and not isinstance(field.type, Optional):
            return field
        if held is not None and not fits(held.type, field.type):
            return field
    return next((field for field in have.fields if want.field(field.name) is None), None)


def _widens(have: Decimal, want: Decimal) -> bool:
    return want.scale >= have.scale and want.precision - want.scale >= have.precision - have.scale


def is_json(type_: Type) -> bool:
    """Its values are JSON's own: they read the same as `json`."""
    match type_:
        case Scalar(name):
            return name in _JSON
        case Enum() | Special("null" | "any" | "nothing"):
            return True
        case Optional(item) | ListOf(item):
            return is_json(item)
        case MapOf(key, value):
            return fits(key, STR) and is_json(value)
        case Record(fields):
            return all(is_json(field.type) for field in fields)
        case _:
            return False


# ------------------------------------------------------------------ convert


def same_value(have: Type, want: Type) -> bool:
    """A value of `have` that fits `want` is written and kept in the same way there, so nothing is to be done."""
    match have, want:
        case _ if have == want or want == ANY or have in (NULL, NOTHING):
            return True
        case Special("any"), _:
            return False
        case _, Optional(item):
            return same_value(strip(have), item)
        case Scalar("int"), Scalar("float"):
            return False
        case Decimal(), Decimal():
            return False
        case ListOf(item), ListOf(other):
            return same_value(item, other)
        case MapOf(), MapOf():
            return same_value(have.value, want.value)
        case Record(), Record():
            return _same_fields(have, want)
        case _:
            return True


def _same_fields(have: Record, want: Record) -> bool:
    pairs = [(have.field(field.name), field) for field in want.fields]
    return all(held is not None and same_value(held.type, field.type) for held, field in pairs)


def convert(expr: Expr, want: Type) -> Expr:
    """`expr`, which fits, as a value of `want`: itself where nothing changes, else a Lit or a Convert."""
    if same_value(expr.type, want):
        return expr
    if isinstance(expr, Lit) and isinstance(expr.value, int) and strip(want) == FLOAT:
        return Lit(float(expr.value), FLOAT, expr.at)
    if isinstance(expr, Lit) and isinstance(expr.type, Decimal) and isinstance(strip(want), Decimal):
        return Lit(expr.value, strip(want), expr.at)
    return Convert(expr, want, expr.at)


# ------------------------------------------------------------------ join


def join(left: Type, right: Type) -> Type | None:
    """The narrowest type that both fit, None if there is none: for list items, branches, `??` and comparisons."""
    if ANY in (left, right):
        return ANY
    if fits(left, right):
        return right
    if fits(right, left):
        return left
    match left, right:
        case Optional(item), _:
            return _optional_join(item, strip(right))
        case _, Optional(item):
            return _optional_join(left, item)
        case _, Special("null"):
            return optional(left)
        case Special("null"), _:
            return optional(right)
        case Enum(one), Enum(two):
            return Enum((*one, *(member for member in two if member not in one)))
        case Decimal(), Decimal():
            return wider(left, right)
        case ListOf(one), ListOf(two):
            item = join(one, two)
            return item and ListOf(item)
        case MapOf(), MapOf():
            key, value = join(left.key, right.key), join(left.value, right.value)
            return MapOf(key, value) if key and value else None
        case Table(), Table():
            return Table()
        case _:
            return None


def _optional_join(left: Type, right: Type) -> Type | None:
    item = join(left, right)
    return item and optional(item)


def wider(left: Decimal, right: Decimal) -> Decimal:
    """The decimal that holds both exactly."""
    scale = max(left.scale, right.scale)
    return Decimal(max(left.precision - left.scale, right.precision - right.scale) + scale, scale)


# ------------------------------------------------------------------ what a type can do


def is_ordered(type_: Type) -> bool:
    """`<` and its like, `min`, `max` and `sorted()` take it."""
    return type_ == ANY or isinstance(type_, Decimal) or (isinstance(type_, Scalar) and type_.name in _ORDERED)


def is_number(type_: Type) -> bool:
    """`+`, `-`, `*` take it with numbers."""
    return type_ in (INT, FLOAT, ANY) or isinstance(type_, Decimal)


def has_text(type_: Type) -> bool:
    """It has a text form, so it can stand in a hole."""
    match type_:
        case Scalar(name):
            return name not in _WITHOUT_TEXT
        case Special(name):
            return name not in ("nothing", "connection")
        case Optional(item) | ListOf(item):
            return has_text(item)
        case MapOf(_, value):
            return has_text(value)
        case Record(fields):
            return all(has_text(field.type) for field in fields)
        case Range():
            return False
        case Decimal() | Enum() | Table():
            return True
        case _:
            assert_never(type_)


def is_secret(type_: Type) -> bool:
    """A secret, or something with a secret in it."""
    match type_:
        case Scalar("secret"):
            return True
        case Optional(item) | ListOf(item) | MapOf(_, item):
            return is_secret(item)
        case Record(fields):
            return any(is_secret(field.type) for field in fields)
        case _:
            return False


def transportable(type_: Type) -> str | None:
    """None if its values may cross a task's border, else why not."""
    match type_:
        case Optional(item) | ListOf(item):
            return transportable(item)
        case MapOf(key, value):
            return transportable(value) if fits(key, STR) else f"the keys of a map that crosses are text, not {key}"
        case Record(fields):
            reasons = ((field.name, transportable(field.type)) for field in fields)
            return next((f"in `{name}`: {reason}" for name, reason in reasons if reason), None)
        case Range():
            return "a range is not a value; a list of its numbers is `[n for n in a .. b]`"
        case _ if type_ == SECRET:
            return "a secret is read where it is used, and never passed on"
        case _ if type_ == CONNECTION:
            return "a connection is read where it is used, and never passed on"
        case _ if type_ == NOTHING:
            return "there is no value"
        case _:
            return None


def with_article(type_: Type) -> str:
    """`an int`, `a list[str]`: for messages."""
    text = str(type_)
    return f"{'an' if text[0] in 'aeio' else 'a'} {text}"
