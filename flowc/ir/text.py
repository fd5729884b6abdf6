"""The IR as text that a person can read and that reads back: `read(write(graph)) == graph`.

Constructors as in Python, indented, with defaults left out and the common types by their names (`INT`, `STR`). Reading
goes through Python's own parser and a closed list of names: nothing is evaluated. Spans are not written; origins are.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal as Number
from types import ModuleType
from typing import Any, cast

from attrs import NOTHING, Attribute, fields, has

from flowc.ir import actions, expr, graph, triggers, types
from flowc.ir.digest import default_of
from flowc.ir.graph import Graph, Program

WIDTH = 110

Value = Graph | Program


class ReadError(ValueError):
    """A text that is not the text of an IR value."""


def _classes() -> dict[str, type]:
    """Every class by the name that the text has for it: its own, or with its module where an earlier one has that."""
    found: dict[str, type] = {}
    modules: tuple[ModuleType, ...] = (graph, triggers, actions, types, expr)
    for module in modules:
        for name, kind in vars(module).items():
            if isinstance(kind, type) and has(kind) and kind.__module__ == module.__name__:
                found[name if name not in found else f"{module.__name__.rpartition('.')[2]}.{name}"] = kind
    return found


_CLASSES: Mapping[str, type] = _classes()
_NAMES: Mapping[type, str] = {kind: name for name, kind in _CLASSES.items()}
_CONSTANTS: Mapping[str, object] = {
    name: value
    for name, value in vars(types).items()
    if name.isupper() and isinstance(value, types.Scalar | types.Special)
}
_CONSTANT_NAMES: Mapping[object, str] = {value: name for name, value in _CONSTANTS.items()}
_PLAIN: Mapping[str, Callable[..., object]] = {
    "date": date,
    "datetime": datetime,
    "time": time,
    "timedelta": timedelta,
    "timezone": timezone,
    "Number": Number,
    "float": float,
}


# ------------------------------------------------------------------ writing


def write(value: Value) -> str:
    """The text of a graph or a program, ending in a newline."""
    return _write(value, 0) + "\n"


def _write(value: object, indent: int) -> str:
    if isinstance(value, types.Scalar | types.Special) and value in _CONSTANT_NAMES:
        return _CONSTANT_NAMES[value]
    if has(type(value)):
        parts = [f"{label}{_write(part, indent + 4)}" for label, part in _arguments(value)]
        return _laid_out(f"{_NAMES[type(value)]}(", parts, ")", indent)
    if isinstance(value, tuple):
        items = [_write(part, indent + 4) for part in cast(tuple[object, ...], value)]
        return _laid_out("(", items, ",)" if len(items) == 1 else ")", indent)
    return _constant(value)


def _arguments(value: object) -> list[tuple[str, object]]:
    """What must be given, by place; the rest by name, where it is not the default."""
    found: list[tuple[str, object]] = []
    for attribute in _written(type(value)):
        part, default = getattr(value, attribute.name), default_of(attribute)
        if default is NOTHING and not attribute.kw_only:
            found.append(("", part))
        elif default is NOTHING or part != default:
            found.append((f"{attribute.name}=", part))
    return found


def _written(kind: type) -> list[Attribute[Any]]:
    """Every attribute but the place in the source's text, which a text has not, and what is computed."""
    all_ = cast("tuple[Attribute[Any], ...]", fields(cast(Any, kind)))
    return [attribute for attribute in all_ if attribute.init and attribute.name != "at"]


def _laid_out(opening: str, parts: list[str], closing: str, indent: int) -> str:
    line = opening + ", ".join(parts) + closing
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    margin = " " * (indent + 4)
    return opening + "\n" + "".join(f"{margin}{part},\n" for part in parts) + " " * indent + closing.lstrip(",")


def _constant(value: object) -> str:
    match value:
        case datetime() | time() if value.tzinfo is not None:
            bare = repr(value.replace(tzinfo=None)).removeprefix("datetime.")
            return f"{bare[:-1]}, tzinfo=timezone({_constant(value.utcoffset())}))"
        case date() | time():
            return repr(value).removeprefix("datetime.")
        case timedelta(days=days, seconds=seconds, microseconds=micros):
            return f"timedelta({', '.join(str(part) for part in _without_zeros(days, seconds, micros))})"
        case Number():
            return f"Number({str(value)!r})"
        case float() if value != value or abs(value) == float("inf"):
            return f"float({str(value)!r})"
        case None | bool() | int() | float() | str():
            return repr(value)
        case _:
            raise TypeError(f"not a value of the IR: {value!r}")


def _without_zeros(*parts: int) -> list[int]:
    found = list(parts)
    while len(found) > 1 and found[-1] == 0:
        found.pop()
    return found


# ------------------------------------------------------------------ reading


def read(text: str) -> Value:
    """The graph or program that a text says; ReadError, with the line, for any other text."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ReadError(f"not readable: {error}") from None
    value = _read(tree)
    if not isinstance(value, Value):
        raise ReadError(f"neither a Graph nor a Program, but {type(value).__name__}")
    return value


def _read(node: ast.expr) -> object:
    match node:
        case ast.Constant(value=value) if value is not ... and not isinstance(value, bytes | complex):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case ast.Tuple(elts=items):
            return tuple(_read(item) for item in items)
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.Call(func=func, args=args, keywords=keywords):
            return _made(node, _callee(func), args, keywords)
        case _:
            raise ReadError(f"line {node.lineno}: not a value of the IR")


def _callee(func: ast.expr) -> Callable[..., object]:
    match func:
        case ast.Name(id=name):
            pass
        case ast.Attribute(value=ast.Name(id=module), attr=attr):
            name = f"{module}.{attr}"
        case _:
            name = "?"
    found = _CLASSES.get(name) or _PLAIN.get(name)
    if found is None:
        raise ReadError(f"line {func.lineno}: no such class: {ast.unparse(func)}")
    return found


def _made(node: ast.Call, make: Callable[..., object], args: list[ast.expr], keywords: list[ast.keyword]) -> object:
    given = {word.arg: _read(word.value) for word in keywords if word.arg is not None}
    if len(given) < len(keywords):
        raise ReadError(f"line {node.lineno}: not a value of the IR")
    try:
        return make(*(_read(arg) for arg in args), **given)
    except ReadError:
        raise
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ReadError(f"line {node.lineno}: {error}") from None
