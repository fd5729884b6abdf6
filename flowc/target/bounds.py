"""How large the whole numbers in an expression can get, so that a sum is only guarded where it could leave 64 bits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowc.ir.expr import Attr, Binary, Call, Choose, Convert, Expr, Item, Lit, Param, Unary
from flowc.ir.graph import Parameter
from flowc.ir.types import Scalar

Bounds = tuple[int, int]

INT64: Bounds = (-(2**63), 2**63 - 1)
_LENGTH: Bounds = (0, 2**47)  # no machine of today has more memory
UNBOUNDED: Bounds = (-(2**1024), 2**1024)
_PARTS: Mapping[str, Bounds] = {
    "year": (1, 9999),
    "month": (1, 12),
    "day": (1, 31),
    "weekday": (1, 7),
    "week": (1, 53),
    "quarter": (1, 4),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
}


def ranges(params: Iterable[Parameter]) -> dict[str, Bounds]:
    """The bounds of those int params that say both of theirs: what `python.source` takes as `ranges`."""
    found: dict[str, Bounds] = {}
    for param in params:
        match param:
            case Parameter(type=Scalar(name="int"), low=Lit(value=int() as low), high=Lit(value=int() as high)):
                found[param.name] = low, high
            case _:
                pass
    return found


def bounds(expr: Expr, params: Mapping[str, Bounds]) -> Bounds:
    """The least and the greatest value of a whole number; `params` gives those of params with a range.

    Every part but the outermost operation is taken to have been guarded: it lies in 64 bits.
    """
    match expr:
        case Lit(value=int() as value):
            return value, value
        case Param(name=name) if name in params:
            return params[name]
        case Item(role="index"):
            return _LENGTH
        case Attr(name=name) if name in _PARTS:
            return _PARTS[name]
        case Call(function="len"):
            return _LENGTH
        case Call(function="abs", args=(operand,)):
            low, high = guarded(operand, params)
            return 0, max(-low, high)
        case Call(function="round" | "sum"):
            return UNBOUNDED
        case Unary(op="-", operand=operand):
            low, high = guarded(operand, params)
            return -high, -low
        case Binary(op=op, left=left, right=right):
            return _binary(op, guarded(left, params), guarded(right, params))
        case Choose(then=then, otherwise=otherwise):
            a, b = guarded(then, params), guarded(otherwise, params)
            return min(a[0], b[0]), max(a[1], b[1])
        case Convert(operand=operand) if operand.type == expr.type:
            return guarded(operand, params)
        case _:
            return INT64


def guarded(expr: Expr, params: Mapping[str, Bounds]) -> Bounds:
    """The bounds once what lies outside of 64 bits has failed."""
    low, high = bounds(expr, params)
    return max(low, INT64[0]), min(high, INT64[1])


def fits(expr: Expr, params: Mapping[str, Bounds]) -> bool:
    """Whether the expression stays in 64 bits by itself."""
    low, high = bounds(expr, params)
    return low >= INT64[0] and high <= INT64[1]


def _binary(op: str, left: Bounds, right: Bounds) -> Bounds:
    match op:
        case "+":
            return left[0] + right[0], left[1] + right[1]
        case "-":
            return left[0] - right[1], left[1] - right[0]
        case "*":
            products = [a * b for a in left for b in right]
            return min(products), max(products)
        case "%" if right[0] > 0:
            return 0, right[1] - 1
        case _:
            return INT64
