"""Types as annotations of the generated functions, and as fields of their params: what Dagster checks."""

from __future__ import annotations

from flowc.ir.types import ANY as ANY_TYPE
from flowc.ir.types import JSON, Decimal, Enum, ListOf, MapOf, Optional, Record, Scalar, Table, Type
from flowc.target.literals import literal
from flowc_targets.project import annotations

Imports = set[tuple[str, str]]

ANY = ("typing", "Any")


def annotation(kind: Type, imports: Imports) -> str:
    """What a value of the type is in Python: Dagster knows no literals."""
    found = annotations.annotation(kind, names_members=False)
    imports |= found.imports
    return found.text


def config(kind: Type, imports: Imports) -> str:
    """What a param of the type is in a run's config, which is JSON: what JSON has no type for is its text.

    Of literals Dagster's config knows those alone that are a field's own type, and of a map it dies of a null in it
    ("Null map member not caught in validation"), so a record that may hold one is `Any`.
    """
    match kind:
        case Scalar(name="str" | "int" | "float" | "bool" as name):
            return name
        case Scalar(name="json"):
            return _imported(ANY, imports)
        case Enum(members=members):
            imports.add(("typing", "Literal"))
            return f"Literal[{', '.join(literal(member) for member in members)}]"
        case ListOf(item=item):
            return f"list[{_inside(item, imports)}]"
        case MapOf(value=value):
            return f"dict[str, {_inside(value, imports)}]"
        case Record() if any(may_be_null(field.type) for field in kind.fields):
            return _imported(ANY, imports)
        case Record():
            return f"dict[str, {_imported(ANY, imports)}]"
        case Optional(item=item):
            inner = _inside(item, imports)
            return inner if inner == "Any" else f"{inner} | None"
        case Scalar() | Decimal() | Table():
            return "str"
        case _:
            return _imported(ANY, imports)


def may_be_null(kind: Type) -> bool:
    """Whether null is a value of the type."""
    return isinstance(kind, Optional) or kind in (JSON, ANY_TYPE)


def _inside(kind: Type, imports: Imports) -> str:
    return "str" if isinstance(kind, Enum) else config(kind, imports)


def says_all(kind: Type) -> bool:
    """Whether Dagster's own check of a run's config leaves nothing to check."""
    match kind:
        case Scalar(name=name):
            return name in ("str", "int", "float", "bool", "path")
        case Enum():
            return True
        case Optional(item=Scalar() as item) | ListOf(item=Scalar() as item):
            return says_all(item)
        case _:
            return False


def _imported(name: tuple[str, str], imports: Imports) -> str:
    imports.add(name)
    return name[1]
