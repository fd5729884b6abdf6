"""Types as annotations of the generated functions, and as fields of their params: what Dagster checks."""

from __future__ import annotations

from flowc.ir.types import Decimal, Enum, ListOf, MapOf, Optional, Record, Scalar, Table, Type
from flowc.target.literals import literal

Imports = set[tuple[str, str]]

_BUILTIN = {
    "str": "str",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "size": "int",
    "bytes": "bytes",
    "secret": "str",
}
_STANDARD = {
    "date": ("datetime", "date"),
    "time": ("datetime", "time"),
    "datetime": ("datetime", "datetime"),
    "duration": ("datetime", "timedelta"),
    "path": ("pathlib", "Path"),
}
ANY = ("typing", "Any")


def annotation(kind: Type, imports: Imports) -> str:
    """What a value of the type is in Python."""
    match kind:
        case Scalar(name=name) if name in _BUILTIN:
            return _BUILTIN[name]
        case Scalar(name=name) if name in _STANDARD:
            return _imported(_STANDARD[name], imports)
        case Decimal():
            return _imported(("decimal", "Decimal"), imports)
        case Enum():
            return "str"
        case Table():
            return "str"
        case ListOf(item=item):
            return f"list[{annotation(item, imports)}]"
        case MapOf(value=value):
            return f"dict[str, {annotation(value, imports)}]"
        case Record():
            return f"dict[str, {_imported(ANY, imports)}]"
        case Optional(item=item) if (inner := annotation(item, imports)) != "Any":
            return f"{inner} | None"
        case _:
            return _imported(ANY, imports)


def config(kind: Type, imports: Imports) -> str:
    """What a param of the type is in a run's config, which is JSON: what JSON has no type for is its text."""
    match kind:
        case Scalar(name="str" | "int" | "float" | "bool" as name):
            return name
        case Scalar(name="json"):
            return _imported(ANY, imports)
        case Enum(members=members):
            imports.add(("typing", "Literal"))
            return f"Literal[{', '.join(literal(member) for member in members)}]"
        case ListOf(item=item):
            return f"list[{config(item, imports)}]"
        case MapOf(value=value):
            return f"dict[str, {config(value, imports)}]"
        case Record():
            return f"dict[str, {_imported(ANY, imports)}]"
        case Optional(item=item):
            inner = config(item, imports)
            return inner if inner == "Any" else f"{inner} | None"
        case Scalar() | Decimal() | Table():
            return "str"
        case _:
            return _imported(ANY, imports)


def says_all(kind: Type) -> bool:
    """Whether Dagster's own check of a run's config leaves nothing to check."""
    match kind:
        case Scalar(name=name):
            return name in ("str", "int", "float", "bool", "path")
        case Enum():
            return True
        case Optional(item=Scalar() | Enum() as item) | ListOf(item=Scalar() | Enum() as item):
            return says_all(item)
        case _:
            return False


def _imported(name: tuple[str, str], imports: Imports) -> str:
    imports.add(name)
    return name[1]
