"""Expressions as Python source.

Plain Python where plain Python keeps the language's rules, else a call of a function of `flowc.runtime.operators`,
which a target copies into its project. How a param, an output or a loop's item is written is the target's: it gives
`Leaves`. A skipped or missing value is `None` wherever a leaf may stand for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Protocol, assert_never

from attrs import frozen

from flowc.ir import expr as ir
from flowc.ir.types import FLOAT, INT, PATH, Enum, ListOf, MapOf, Optional, Record, Scalar, Type
from flowc.target.bounds import Bounds, fits
from flowc.target.builtins import attribute_of, call_of, family, holds_json, method_of
from flowc.target.code import (
    ADD,
    AND,
    ATOM,
    COMPARE,
    MULTIPLY,
    NEGATE,
    NOT,
    OR,
    Code,
    call,
    compose,
    either,
    element,
    infix,
    needing,
    support,
)
from flowc.target.literals import imports_of, literal, string
from flowc.target.locals import comprehension, local
from flowc.target.strings import interpolated
from flowc.target.types import spelled


class Leaves(Protocol):
    """How a target writes what expressions read."""

    def param(self, leaf: ir.Param) -> Code: ...
    def run(self, leaf: ir.Run) -> Code: ...
    def output(self, leaf: ir.Output) -> Code: ...
    def item(self, leaf: ir.Item) -> Code: ...
    def secret(self, leaf: ir.Secret) -> Code: ...
    def env(self, leaf: ir.Env, default: Code | None) -> Code: ...
    def asset(self, leaf: ir.Asset) -> Code: ...
    def connection(self, leaf: ir.Connection) -> Code: ...


def source(expr: ir.Expr, leaves: Leaves, *, ranges: Mapping[str, Bounds] | None = None) -> Code:
    """The expression as Python. `ranges` are the bounds of int params that have them: less needs guarding then."""
    return _Printer(leaves, ranges or {}).code(expr)


def text_form(expr: ir.Expr, leaves: Leaves) -> Code:
    """A str: the text form of the expression's value, as in a hole, in `args`, in the environment."""
    return _Printer(leaves, {}).text(expr)


def holds(
    subject: ir.Expr | None, patterns: tuple[ir.Expr, ...], leaves: Leaves, *, subject_code: Code | None = None
) -> Code:
    """Whether an arm of a decision holds: its condition, or its patterns against the subject; `True` for `_`.

    `subject_code` is how the subject's value is written, where it has been computed before.
    """
    printer = _Printer(leaves, {})
    if not patterns:
        return Code("True")
    if subject is None:
        return printer.code(patterns[0])
    return printer.pattern(subject, patterns, subject_code or printer.code(subject))


_LEVELS = {
    "or": OR, "and": AND, "in": COMPARE, "not in": COMPARE, "==": COMPARE, "!=": COMPARE, "<": COMPARE, "<=": COMPARE,
    ">": COMPARE, ">=": COMPARE, "+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "%": MULTIPLY,
}  # fmt: skip
_NAMES = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
_SAME_AS_STR = ("str", "int", "float", "date")
_TELL_THEMSELVES = (*_SAME_AS_STR, "bool", "time", "datetime", "duration", "bytes", "path", "table", "asset")


@frozen
class _Printer:
    leaves: Leaves
    ranges: Mapping[str, Bounds]

    def code(self, expr: ir.Expr) -> Code:
        leaves = self.leaves
        match expr:
            case ir.Lit():
                return constant(expr)
            case ir.Param():
                return leaves.param(expr)
            case ir.Run():
                return leaves.run(expr)
            case ir.Output():
                return leaves.output(expr)
            case ir.Item():
                return leaves.item(expr)
            case ir.Secret():
                return leaves.secret(expr)
            case ir.Env(default=default):
                return leaves.env(expr, self.code(default) if default is not None else None)
            case ir.Asset():
                return leaves.asset(expr)
            case ir.Connection():
                return leaves.connection(expr)
            case ir.Local(name=name):
                return local(name)
            case ir.Text(parts=parts):
                return interpolated(tuple(self._part(part) for part in parts))
            case ir.List(items=items):
                codes = [self.code(item) for item in items]
                return compose(f"[{', '.join(code.text for code in codes)}]", ATOM, codes)
            case ir.Map(entries=entries):
                pairs = [(string(key), self.code(value)) for key, value in entries]
                text = ", ".join(f"{key}: {code.text}" for key, code in pairs)
                return compose(f"{{{text}}}", ATOM, (code for _, code in pairs))
            case ir.Unary(op="-", operand=operand):
                code = self.code(operand)
                return self._guarded(expr, compose(f"-{code.at(ATOM)}", NEGATE, (code,)))
            case ir.Unary(operand=operand):
                code = self.code(operand)
                return compose(f"not {code.at(NOT)}", NOT, (code,))
            case ir.Binary(op="in" | "not in"):
                return self._member(expr)
            case ir.Binary(op="==" | "!="):
                return self._equal(expr)
            case ir.Binary():
                return self._binary(expr)
            case ir.Between(low=low, high=high):
                return self._range(low, high)
            case ir.Choose(condition=condition, then=then, otherwise=otherwise):
                return either(self.code(condition), self.code(then), self.code(otherwise))
            case ir.Coalesce(parts=parts):
                return _first([self.code(part) for part in parts])
            case ir.IsNull(operand=operand, negated=negated):
                return infix("is not" if negated else "is", self.code(operand), Code("None"), COMPARE)
            case ir.Attr(operand=operand, name=name):
                return attribute_of(self.code(operand), operand.type, name)
            case ir.Method(operand=operand, name=name, args=args):
                return method_of(self.code(operand), operand.type, name, tuple(map(self.code, args)))
            case ir.Call(function="str", args=(operand,)):
                is_json = family(operand.type) in ("json", "any")  # a text there is told without its quotes
                return support("to_str", self.code(operand)) if is_json else self.text(operand)
            case ir.Call(function=function, args=args):
                code = call_of(function, tuple(map(self.code, args)), tuple(arg.type for arg in args))
                return self._guarded(expr, code) if function in ("abs", "round", "sum") else code
            case ir.Index():
                return self._index(expr)
            case ir.Convert(operand=operand):
                return converted(self.code(operand), operand, expr.type)
            case ir.Comprehension():
                return self._comprehension(expr)
            case ir.Hole(name=name):
                raise TypeError(f"a hole is left: {name}")
            case _:
                assert_never(expr)

    def _part(self, part: str | ir.Expr) -> str | Code:
        if isinstance(part, ir.Lit) and isinstance(part.value, str):
            return part.value
        return part if isinstance(part, str) else self._hole(part)

    def text(self, expr: ir.Expr) -> Code:
        """A str: the expression's text form."""
        if isinstance(expr, ir.Lit) and isinstance(expr.value, str):
            return Code(string(expr.value))
        is_plain = family(expr.type) in _SAME_AS_STR and not isinstance(expr.type, Optional)
        if not is_plain or family(expr.type) == "str":
            return self._hole(expr)
        return call("str", self.code(expr))

    def pattern(self, subject: ir.Expr, patterns: tuple[ir.Expr, ...], value: Code) -> Code:
        """`value == 1`, `value in (1, 2)`, `1 <= value <= 10`; with support where null or json may be looked at."""
        codes = [self._pattern(pattern) for pattern in patterns]
        if isinstance(subject.type, Optional) or holds_json(subject.type) or not value.is_simple:
            return support("matches", value, *codes)
        match patterns:
            case (ir.Lit(value=bool() as wanted),):
                return value if wanted else compose(f"not {value.at(NOT)}", NOT, (value,))
            case (ir.Between(low=low, high=high),):
                return _between(value, self.code(low), self.code(high))
            case (_,):
                return infix("==", value, codes[0], COMPARE)
            case _ if any(isinstance(pattern, ir.Between) for pattern in patterns):
                return support("matches", value, *codes)
            case _:
                listed = compose(f"({', '.join(code.text for code in codes)})", ATOM, codes)
                return infix("in", value, listed, COMPARE)

    def _pattern(self, pattern: ir.Expr) -> Code:
        if not isinstance(pattern, ir.Between):
            return self.code(pattern)
        low, high = self.code(pattern.low), self.code(pattern.high)
        return compose(f"({low.text}, {high.text})", ATOM, (low, high))

    def _hole(self, expr: ir.Expr) -> Code:
        """A value whose `str` is the expression's text form."""
        code, kind = self.code(expr), family(expr.type)
        if kind in _SAME_AS_STR and not isinstance(expr.type, Optional):
            return code
        return support("text", code) if kind in _TELL_THEMSELVES else support("text", code, _type(expr.type))

    def _guarded(self, expr: ir.Expr, code: Code) -> Code:
        """Whole numbers have 64 bits: where they could get larger, that is looked at."""
        if family(expr.type) not in ("int", "size") or fits(expr, self.ranges):
            return code
        return support("int64", code)

    def _binary(self, expr: ir.Binary) -> Code:
        if expr.op not in _NAMES:
            return infix(expr.op, self.code(expr.left), self.code(expr.right), _LEVELS[expr.op])
        left, right = self._operand(expr.left, expr.right), self._operand(expr.right, expr.left)
        if family(expr.left.type) == "path":
            return support("join_path", left, right)
        if not _is_plain(expr):
            return support(_NAMES[expr.op], left, right)
        return self._guarded(expr, infix(expr.op, left, right, _LEVELS[expr.op]))

    def _operand(self, expr: ir.Expr, other: ir.Expr) -> Code:
        """Beside a float an int becomes one by itself, just as `float` would make it."""
        if isinstance(expr, ir.Convert) and expr.operand.type == INT and not isinstance(expr.operand, ir.Lit):
            is_spare = other.type == FLOAT and not isinstance(other, ir.Convert)
            return self.code(expr.operand if is_spare else expr)
        return self.code(expr)

    def _equal(self, expr: ir.Binary) -> Code:
        left, right = self.code(expr.left), self.code(expr.right)
        if not (holds_json(expr.left.type) and holds_json(expr.right.type)):
            return infix(expr.op, left, right, COMPARE)
        same = support("same", left, right)
        return same if expr.op == "==" else compose(f"not {same.text}", NOT, (same,))

    def _member(self, expr: ir.Binary) -> Code:
        value = self.code(expr.left)
        if isinstance(expr.right, ir.Between):
            inside = _between(value, self.code(expr.right.low), self.code(expr.right.high))
            return inside if expr.op == "in" else compose(f"not {inside.text}", NOT, (inside,))
        if isinstance(expr.right.type, ListOf) and holds_json(expr.right.type):
            found = support("contains", self.code(expr.right), value)
            return found if expr.op == "in" else compose(f"not {found.text}", NOT, (found,))
        return infix(expr.op, value, self.code(expr.right), COMPARE)

    def _range(self, low: ir.Expr, high: ir.Expr) -> Code:
        first, last = self.code(low), self.code(high)
        if family(low.type) != "int":
            return support("days", first, last)
        end = Code(str(high.value + 1)) if isinstance(high, ir.Lit) and isinstance(high.value, int) else None
        return call("list", call("range", first, end or infix("+", last, Code("1"), ADD)))

    def _index(self, expr: ir.Index) -> Code:
        """A list's negative index would be counted from its end, and a text's would give a character."""
        operand, index = self.code(expr.operand), self.code(expr.index)
        kind = family(expr.operand.type)
        constant_index = expr.index.value if isinstance(expr.index, ir.Lit) else None
        counts = isinstance(constant_index, int) and constant_index >= 0
        if kind == "map" or (kind == "list" and counts) or (kind == "json" and isinstance(constant_index, str)):
            return element(operand, index)
        return support("at", operand, index)

    def _comprehension(self, expr: ir.Comprehension) -> Code:
        condition = self.code(expr.condition) if expr.condition is not None else None
        return comprehension(self.code(expr.value), expr.variable, self.code(expr.over), condition)


def _type(kind: Type) -> Code:
    return Code(string(spelled(kind)))


def constant(lit: ir.Lit) -> Code:
    """A literal: a path as a `Path`, a whole number that stands for a float as one."""
    value = lit.value
    kind = lit.type.item if isinstance(lit.type, Optional) else lit.type
    if kind == PATH and isinstance(value, str):
        text = Code(string(value))
        return (
            needing(call("Path", text), "pathlib", "Path")
            if str(PurePosixPath(value)) == value
            else support("path", text)
        )
    if kind == FLOAT and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    text = literal(value)
    return Code(text, NEGATE if text.startswith("-") else ATOM, imports_of(value))


def converted(code: Code, operand: ir.Expr, to: Type) -> Code:
    """An implicit conversion. Most change the type that is known, and nothing at run time."""
    return constant(ir.Lit(operand.value, to)) if isinstance(operand, ir.Lit) else _converted(code, operand.type, to)


def _converted(code: Code, of: Type, to: Type) -> Code:
    match of, to:
        case _ if of == to:
            return code
        case Optional(item=inner), Optional(item=item):
            changed = _converted(code, inner, item)
            here = infix("is not", code, Code("None"), COMPARE)
            return code if changed == code else either(here, changed, Code("None"))
        case _, Optional(item=item):
            return _converted(code, of, item)
        case Scalar(name="int"), Scalar(name="float"):
            return call("float", code)
        case ((Scalar(name="str") | Enum()), Scalar(name="path")):
            return support("path", code)
        case ListOf(item=inner), ListOf(item=item) if _changes(inner, item):
            each = _converted(Code("each"), inner, item)
            return compose(f"[{each.text} for each in {code.at(OR)}]", ATOM, (code, each))
        case MapOf(value=inner), MapOf(value=item) if _changes(inner, item):
            each = _converted(Code("each"), inner, item)
            return compose(f"{{key: {each.text} for key, each in {code.at(ATOM)}.items()}}", ATOM, (code, each))
        case Record(fields=fields), Record():
            return _record(
                code, {field.name: (field.type, other.type) for field, other in zip(fields, to.fields, strict=True)}
            )
        case _:
            return code


def _changes(of: Type, to: Type) -> bool:
    """Whether a conversion does anything when it runs."""
    return _converted(Code("each"), of, to).text != "each"


def _record(code: Code, types: Mapping[str, tuple[Type, Type]]) -> Code:
    fields = [
        (string(name), _converted(element(code, Code(string(name))), of, to))
        for name, (of, to) in types.items()
        if _changes(of, to)
    ]
    if not fields:
        return code
    listed = ", ".join(f"{name}: {changed.text}" for name, changed in fields)
    return compose(f"{{**{code.at(ATOM)}, {listed}}}", ATOM, (code, *(changed for _, changed in fields)))


def _between(value: Code, low: Code, high: Code) -> Code:
    text = f"{low.at(COMPARE + 1)} <= {value.at(COMPARE + 1)} <= {high.at(COMPARE + 1)}"
    return compose(text, COMPARE, (low, value, high))


def _first(parts: list[Code]) -> Code:
    """The first that is not None. Only what is a call is not written twice."""
    *others, last = parts
    if all(part.is_simple for part in others):
        for part in reversed(others):
            last = either(infix("is not", part, Code("None"), COMPARE), part, last)
        return last
    return support("coalesce", *(compose(f"lambda: {part.text}", 0, (part,)) for part in parts))


def _is_plain(expr: ir.Binary) -> bool:
    """Whether Python's own operator keeps the rules for these operands."""
    left, right = family(expr.left.type), family(expr.right.type)
    if "decimal" in (left, right):
        return False
    if left == "date" and right == "duration":
        return _is_whole_days(expr.right)
    if "size" in (left, right):
        return expr.op in "+-*" and "float" not in (left, right)
    return True


def _is_whole_days(expr: ir.Expr) -> bool:
    return (
        isinstance(expr, ir.Lit)
        and isinstance(expr.value, timedelta)
        and expr.value % timedelta(days=1) == timedelta(0)
    )
