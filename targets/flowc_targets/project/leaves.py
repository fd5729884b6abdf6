"""Pieces of source that every Python project writes alike: variables, assets, durations, conditions turned round."""

from __future__ import annotations

from attrs import evolve

from flowc.ir import expr as ir
from flowc.ir.expr import Binary, Expr, IsNull, Unary
from flowc.ir.graph import Asset
from flowc.ir.types import BOOL, Enum, ListOf, MapOf, Optional, Record, Scalar, Table, Type
from flowc.target.builtins import family
from flowc.target.code import Code, needing, support
from flowc.target.literals import literal, string
from flowc.target.types import spelled

_JSON = ("str", "int", "bool")
_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in"}


def is_plain_json(kind: Type) -> bool:
    """Whether a value of the type comes out of JSON as it went in."""
    match kind:
        case Scalar(name=name):
            return name in _JSON
        case Enum():
            return True
        case Optional(item=item) | ListOf(item=item) | MapOf(value=item):
            return is_plain_json(item)
        case Record(fields=fields):
            return all(is_plain_json(field.type) for field in fields)
        case _:
            return False


def env_of(leaf: ir.Env, default: Code | None) -> Code:
    """`env("NAME", default)`, read where the task runs."""
    kind = leaf.type.item if isinstance(leaf.type, Optional) else leaf.type
    args = [Code(string(leaf.name)), *([default] if default is not None else [])]
    args += [Code(f"type={string(spelled(kind))}")] if family(kind) != "str" else []
    return support("env", *args)


def asset_value(asset: Asset) -> Code:
    """An asset as a value: a table that knows its connection, or a path."""
    name = asset.locator or asset.name
    if not isinstance(asset.type, Table) and family(asset.type) == "path":
        return support("path", Code(string(name)))
    return support("Table", Code(string(name)), Code(literal(asset.connection)))


def delta(value: object) -> Code:
    """A duration as source."""
    return needing(Code(literal(value)), "datetime", "timedelta")


def negated(condition: Expr) -> Expr:
    """The opposite of a condition."""
    match condition:
        case Binary(op=op) if op in _OPPOSITES:
            return evolve(condition, op=_OPPOSITES[op])  # pyright: ignore[reportArgumentType]
        case Unary(op="not", operand=operand):
            return operand
        case IsNull(negated=is_negated):
            return evolve(condition, negated=not is_negated)
        case _:
            return Unary("not", condition, BOOL)
