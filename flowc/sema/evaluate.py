"""Computes expressions that are known at build time, with the runtime's operators.

Inside, a path is a `pathlib.Path`, a list a list and a map a dict, as in a run; `settled` gives what the IR keeps.
"""

from __future__ import annotations

import math
import pathlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal as Number
from typing import Any, assert_never

from attrs import define

from flowc.ir.expr import (
    Asset,
    Attr,
    Between,
    Binary,
    Call,
    Choose,
    Coalesce,
    Comprehension,
    Connection,
    Convert,
    Env,
    Expr,
    Hole,
    Index,
    IsNull,
    Item,
    List,
    Lit,
    Local,
    Map,
    Method,
    Output,
    Param,
    Run,
    Secret,
    Text,
    Unary,
)
from flowc.ir.types import (
    ANY,
    DURATION,
    INT,
    JSON,
    PATH,
    SIZE,
    Decimal,
    ListOf,
    MapOf,
    Record,
    Scalar,
    Type,
)
from flowc.runtime import operators as run
from flowc.runtime import texts
from flowc.sema.relations import strip
from flowc.source import Span

_MOST, _LONGEST = 100_000, 10_000_000
"""So many elements are made before a run, and texts so long; more are a mistake, or a run's work."""


@define
class Frame:
    """The variables of the comprehensions around, and how many elements may still be made."""

    locals: Mapping[str, Any]
    left: list[int]

    def with_(self, name: str, value: Any) -> Frame:
        """The next element: one less is left."""
        self.left[0] -= 1
        if self.left[0] < 0:
            raise OverflowError(f"it has more than {_MOST} elements")
        return Frame({**self.locals, name: value}, self.left)


class Uncomputable(Exception):
    """There is no value; `at` is the part that has none."""

    def __init__(self, reason: str, at: Span | None) -> None:
        super().__init__(reason)
        self.at = at


def evaluate(expr: Expr, scope: Frame | None = None) -> Any:
    """The value of an expression that nothing has to run for; Uncomputable where the attempt would fail."""
    try:
        value = _value(expr, scope or Frame({}, [_MOST]))
    except Uncomputable:
        raise
    except ZeroDivisionError:
        raise Uncomputable("it divides by zero", expr.at) from None
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise Uncomputable(str(error.args[0]) if error.args else type(error).__name__, expr.at) from None
    return _bounded(value, expr)


def _bounded(value: Any, expr: Expr) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise Uncomputable("it is too large for a float", expr.at)
    if isinstance(value, str | list) and len(value) > _LONGEST:  # pyright: ignore[reportUnknownArgumentType]
        raise Uncomputable(f"it is longer than {_LONGEST}", expr.at)
    return value  # pyright: ignore[reportUnknownVariableType]


def settled(value: Any) -> object:
    """As a Lit keeps it: a path is its text; lists are tuples."""
    if isinstance(value, pathlib.PurePath):
        return str(value)
    if isinstance(value, list | tuple):
        return tuple(settled(item) for item in value)  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {key: settled(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value


def _value(expr: Expr, scope: Frame) -> Any:
    match expr:
        case Lit(value, type_):
            return run.path(str(value)) if type_ == PATH else value
        case Local(name):
            return scope.locals[name]
        case Text(parts):
            return "".join(part if isinstance(part, str) else _text(part, scope) for part in parts)
        case List(items):
            return [evaluate(item, scope) for item in items]
        case Map(entries):
            return {key: evaluate(item, scope) for key, item in entries}
        case Unary(op, operand):
            return _unary(op, evaluate(operand, scope))
        case Binary():
            return _binary(expr, scope)
        case Between(low, high):
            return evaluate(low, scope), evaluate(high, scope)
        case Choose(condition, then, otherwise):
            return evaluate(then if evaluate(condition, scope) else otherwise, scope)
        case Coalesce(parts):
            return next((found for part in parts if (found := evaluate(part, scope)) is not None), None)
        case IsNull(operand, negated):
            return (evaluate(operand, scope) is None) != negated
        case Attr(operand, name):
            return attribute(evaluate(operand, scope), strip(operand.type), name)
        case Method(operand, name, args):
            return _METHODS[name](evaluate(operand, scope), *(evaluate(arg, scope) for arg in args))
        case Call(function, args, type_):
            return _call(function, [evaluate(arg, scope) for arg in args], args[0].type, type_)
        case Index(operand, index):
            return run.at(evaluate(operand, scope), evaluate(index, scope))
        case Convert(operand, type_):
            return _converted(evaluate(operand, scope), type_)
        case Comprehension():
            return list(_each(expr, scope))
        case Param() | Run() | Output() | Item() | Secret() | Env() | Asset() | Connection() | Hole():
            raise Uncomputable("it is not known before a run", expr.at)
        case _:
            assert_never(expr)


def _text(expr: Expr, scope: Frame) -> str:
    return texts.text(evaluate(expr, scope), written(expr.type))


def written(type_: Type) -> str:
    """The type as the runtime reads it: without names."""
    match strip(type_):
        case Decimal() as decimal:
            return str(decimal)
        case ListOf(item):
            return f"list[{written(item)}]"
        case MapOf(_, value):
            return f"map[str, {written(value)}]"
        case Record(fields):
            return "(" + ", ".join(f"{field.name}: {written(field.type)}" for field in fields) + ")"
        case Scalar(name):
            return name
        case _:
            return "any"


def _each(expr: Comprehension, scope: Frame) -> Iterator[Any]:
    over = evaluate(expr.over, scope)
    for item in _steps(*over) if isinstance(over, tuple) else over:
        inner = scope.with_(expr.variable, item)
        if expr.condition is None or evaluate(expr.condition, inner):
            yield evaluate(expr.value, inner)


def _steps(low: Any, high: Any) -> Iterable[Any]:
    return range(low, high + 1) if isinstance(low, int) else (low + timedelta(i) for i in range((high - low).days + 1))


# ------------------------------------------------------------------ operators


def _unary(op: str, value: Any) -> Any:
    if op == "not":
        return not value
    return run.int64(-value) if isinstance(value, int) else -value


def _binary(expr: Binary, scope: Frame) -> Any:
    left = evaluate(expr.left, scope)
    if expr.op in ("and", "or"):
        return evaluate(expr.right, scope) if left is (expr.op == "and") else left
    right = evaluate(expr.right, scope)
    if expr.op in ("in", "not in"):
        return _holds(left, right, expr.right) == (expr.op == "in")
    return _OPERATORS[expr.op](left, right, expr)


def _holds(value: Any, container: Any, expr: Expr) -> bool:
    if isinstance(expr, Between):
        low, high = container
        return low <= value <= high
    return value in container if isinstance(container, str | dict) else run.contains(container, value)


def _add(left: Any, right: Any, expr: Binary) -> Any:
    return run.add(left, right)


def _times(left: Any, right: Any, expr: Binary) -> Any:
    return run.multiply(left, right) if expr.type in (INT, SIZE) or isinstance(left, Number) else left * right


def _over(left: Any, right: Any, expr: Binary) -> Any:
    return run.divide(left, right) if expr.type in (PATH, SIZE) else left / right


_OPERATORS: Mapping[str, Callable[[Any, Any, Binary], Any]] = {
    "+": _add,
    "-": lambda left, right, expr: run.subtract(left, right),
    "*": _times,
    "/": _over,
    "%": lambda left, right, expr: run.int64(left % right),
    "==": lambda left, right, expr: run.same(left, right),
    "!=": lambda left, right, expr: not run.same(left, right),
    "<": lambda left, right, expr: left < right,
    "<=": lambda left, right, expr: left <= right,
    ">": lambda left, right, expr: left > right,
    ">=": lambda left, right, expr: left >= right,
}


def _converted(value: Any, type_: Type) -> Any:
    """A value that fits, in the shape of `type_`."""
    inner = strip(type_)
    if value is None:
        return None
    match inner:
        case ListOf(item):
            return [_converted(each, item) for each in value]
        case MapOf(_, item):
            return {key: _converted(each, item) for key, each in value.items()}
        case Record(fields):
            return {field.name: _converted(value.get(field.name), field.type) for field in fields}
        case Scalar("float"):
            return float(value)
        case Scalar("path"):
            return run.path(str(value))
        case _:
            return value


# ------------------------------------------------------------------ attributes, methods, functions


def attribute(value: Any, type_: Type, name: str) -> Any:
    """A built-in attribute, a field of a record or of json; null of null."""
    if value is None:
        return None
    if isinstance(type_, Record) or type_ == JSON:
        return run.member(value, name)
    if isinstance(type_, MapOf):
        return sorted(value) if name == "keys" else run.values(value)
    if type_ == SIZE:
        return value
    if type_ == DURATION:
        return value.total_seconds()
    return _ATTRIBUTES[name](value) if name in _ATTRIBUTES else getattr(value, name)


_ATTRIBUTES: Mapping[str, Callable[[Any], Any]] = {
    "first": run.first,
    "last": run.last,
    "weekday": lambda day: day.isoweekday(),
    "week": lambda day: day.isocalendar().week,
    "quarter": lambda day: (day.month + 2) // 3,
    "date": lambda moment: moment.date(),
    "time": lambda moment: moment.time(),
}


def _formatted(day: date, pattern: str) -> str:
    return day.strftime(pattern)


def _reversed(items: list[Any]) -> list[Any]:
    return items[::-1]


def _path(value: Any) -> Any:
    return value if isinstance(value, pathlib.PurePath) else run.to_path(value)


_METHODS: Mapping[str, Any] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "replace": str.replace,
    "split": str.split,
    "starts": str.startswith,
    "ends": str.endswith,
    "join": run.join,
    "sorted": sorted,
    "unique": run.unique,
    "reversed": _reversed,
    "format": _formatted,
    "to": run.to,
}
_ZEROS: Mapping[Type, Any] = {DURATION: timedelta(0), INT: 0, SIZE: 0}
_FUNCTIONS: Mapping[str, Any] = {
    "len": len,
    "min": min,
    "max": max,
    "abs": run.abs,
    "round": run.round,
    "int": run.to_int,
    "float": run.to_float,
    "decimal": run.to_decimal,
    "date": run.to_date,
    "datetime": run.to_datetime,
    "path": _path,
    "json": run.to_json,
}


def _call(function: str, args: list[Any], first: Type, type_: Type) -> Any:
    match function:
        case "sum":
            zero = Number(0) if isinstance(type_, Decimal) else 0.0 if str(type_) == "float" else _ZEROS.get(type_, 0)
            return run.sum(args[0], zero)
        case "str":
            return run.to_str(args[0]) if first in (JSON, ANY) else texts.text(args[0], written(first))
        case "date" | "datetime" if isinstance(args[0], date | datetime):
            return args[0]
        case _ if function in _FUNCTIONS:
            return _FUNCTIONS[function](*args)
        case _:
            raise Uncomputable(f"`{function}` has no value before a run", None)
