"""Types as annotations of the functions of tasks."""

from __future__ import annotations

from flowc.ir.types import Decimal, Enum, ListOf, MapOf, Optional, Record, Scalar, Table, Type
from flowc.target.code import Code, needing
from flowc.target.literals import literal

_BUILTIN = {
    "str": "str", "int": "int", "float": "float", "bool": "bool", "size": "int", "bytes": "bytes", "secret": "str",
}  # fmt: skip
_STANDARD = {
    "date": ("datetime", "date"),
    "time": ("datetime", "time"),
    "datetime": ("datetime", "datetime"),
    "duration": ("datetime", "timedelta"),
    "path": ("pathlib", "Path"),
}
_ANY = needing(Code("Any"), "typing", "Any")


def annotation(kind: Type, *, names_members: bool = True) -> Code:
    """What a value of the type is in Python; a member of an enum its text alone, where `names_members` is off."""
    match kind:
        case Scalar(name=name) if name in _BUILTIN:
            return Code(_BUILTIN[name])
        case Scalar(name=name) if name in _STANDARD:
            module, found = _STANDARD[name]
            return needing(Code(found), module, found)
        case Decimal():
            return needing(Code("Decimal"), "decimal", "Decimal")
        case Enum(members=members) if names_members:
            return needing(Code(f"Literal[{', '.join(map(literal, members))}]"), "typing", "Literal")
        case Table() | Enum():
            return Code("str")
        case ListOf(item=item):
            return nested("list[{}]", annotation(item, names_members=names_members))
        case MapOf(value=value):
            return nested("dict[str, {}]", annotation(value, names_members=names_members))
        case Record():
            return nested("dict[str, {}]", _ANY)
        case Optional(item=item) if (inner := annotation(item, names_members=names_members)).text != "Any":
            return nested("{} | None", inner)
        case _:
            return _ANY


def nested(form: str, inner: Code) -> Code:
    """The annotation of something that holds others."""
    return Code(form.format(inner.text), imports=inner.imports, support=inner.support)
