"""Random expressions: what is printed computes what the expression says, operator by operator."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import given, settings

from flowc.ir import expr as ir
from flowc.ir.graph import Parameter
from flowc.ir.types import BOOL, FLOAT, INT, STR, ListOf, Type
from flowc.runtime import operators
from flowc.target.bounds import ranges
from flowc.target.code import Code, import_lines
from flowc.target.python import source
from tests.strategies import randoms
from tests.unit.target.test_python import Names

NAMES: dict[str, Any] = {
    "n": 7,
    "big": 2**62,
    "x": -0.5,
    "s": 'a"b',
    "t": "",
    "yes": True,
    "no": False,
    "xs": [3, 1, 2],
    "small": 3,
}
TYPES: dict[str, Type] = {
    "n": INT, "big": INT, "small": INT, "x": FLOAT, "s": STR, "t": STR, "yes": BOOL, "no": BOOL, "xs": ListOf(INT),
}  # fmt: skip
RANGES = ranges([Parameter("small", INT, low=ir.Lit(0, INT), high=ir.Lit(100, INT)), Parameter("n", INT)])


def any_expr(random: Random, kind: Type, depth: int) -> ir.Expr:
    if depth == 0 or random.random() < 0.15:
        return leaf(random, kind)
    pick = random.choice(MAKERS[str(kind)])
    return pick(random, depth - 1)


def leaf(random: Random, kind: Type) -> ir.Expr:
    constants: dict[str, tuple[Any, ...]] = {
        "int": (0, 1, -3, 2**62), "float": (0.25, -2.0, 3), "str": ("", "it's {x}", 'q"\\\n'), "bool": (True, False),
    }  # fmt: skip
    names = [name for name, type_ in TYPES.items() if type_ == kind]
    if str(kind) in constants and random.random() < 0.4:
        return ir.Lit(random.choice(constants[str(kind)]), kind)
    return ir.Param(random.choice(names), kind)


Maker = Callable[[Random, int], ir.Expr]


def binary(ops: str, of: Type, gives: Type) -> Maker:
    def make(random: Random, depth: int) -> ir.Expr:
        op: Any = random.choice(ops.split())
        return ir.Binary(op, any_expr(random, of, depth), any_expr(random, of, depth), gives)

    return make


def unary(op: Any, kind: Type) -> Maker:
    return lambda random, depth: ir.Unary(op, any_expr(random, kind, depth), kind)


def choose(kind: Type) -> Maker:
    return lambda random, depth: ir.Choose(
        any_expr(random, BOOL, depth), any_expr(random, kind, depth), any_expr(random, kind, depth), kind
    )


def text(random: Random, depth: int) -> ir.Expr:
    holes = [any_expr(random, random.choice([INT, STR, BOOL]), depth) for _ in range(2)]
    return ir.Text(("<", holes[0], random.choice([">", "}\n\"'", " "]), holes[1]))


def inside(random: Random, depth: int) -> ir.Expr:
    low, high = (any_expr(random, INT, depth) for _ in range(2))
    return ir.Binary(random.choice(["in", "not in"]), any_expr(random, INT, depth), ir.Between(low, high, INT), BOOL)


def comprehension(random: Random, depth: int) -> ir.Expr:
    item = ir.Local("i", INT)
    value = ir.Binary("-", item, any_expr(random, INT, depth), INT)
    test = ir.Binary(">", item, any_expr(random, INT, depth), BOOL)
    return ir.Comprehension(value, "i", any_expr(random, ListOf(INT), depth), test, ListOf(INT))


def called(function: str, of: Type, gives: Type) -> Maker:
    return lambda random, depth: ir.Call(function, (any_expr(random, of, depth),), gives)


MAKERS: dict[str, list[Maker]] = {
    "int": [
        *[binary("+ - * %", INT, INT)] * 3,
        unary("-", INT),
        choose(INT),
        called("len", ListOf(INT), INT),
        called("abs", INT, INT),
    ],
    "float": [
        binary("+ - * /", FLOAT, FLOAT),
        binary("/", INT, FLOAT),
        unary("-", FLOAT),
        choose(FLOAT),
        lambda random, depth: ir.Convert(any_expr(random, INT, depth), FLOAT),
    ],
    "str": [binary("+", STR, STR), choose(STR), text, text],
    "bool": [
        binary("and or", BOOL, BOOL),
        unary("not", BOOL),
        binary("== != < <= > >=", INT, BOOL),
        binary("== < >=", FLOAT, BOOL),
        binary("== in", STR, BOOL),
        inside,
        choose(BOOL),
    ],
    "list[int]": [comprehension, choose(ListOf(INT)), binary("+", ListOf(INT), ListOf(INT))],
}

PLAIN: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod,
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "in": lambda a, b: a in b, "not in": lambda a, b: a not in b,
}  # fmt: skip


def value_of(expr: ir.Expr, names: dict[str, Any]) -> Any:
    """The expression's value, read off the tree: every int within 64 bits, or an OverflowError."""
    match expr:
        case ir.Lit(value=value):
            return float(value) if expr.type == FLOAT and isinstance(value, int) else value
        case ir.Param(name=name) | ir.Local(name=name):
            return names[name]
        case ir.Convert(operand=operand):
            return float(value_of(operand, names))
        case ir.Unary(op="-", operand=operand):
            return whole(-value_of(operand, names))
        case ir.Unary(operand=operand):
            return not value_of(operand, names)
        case ir.Binary(op="and", left=left, right=right):
            return value_of(left, names) and value_of(right, names)
        case ir.Binary(op="or", left=left, right=right):
            return value_of(left, names) or value_of(right, names)
        case ir.Binary(op=op, left=left, right=ir.Between(low=low, high=high)):
            is_inside = value_of(low, names) <= (value := value_of(left, names)) and value <= value_of(high, names)
            return is_inside == (op == "in")
        case ir.Binary(op=op, left=left, right=right):
            return whole(PLAIN[op](value_of(left, names), value_of(right, names)))
        case ir.Choose(condition=condition, then=then, otherwise=otherwise):
            return value_of(then if value_of(condition, names) else otherwise, names)
        case ir.Text(parts=parts):
            return "".join(part if isinstance(part, str) else operators.text(value_of(part, names)) for part in parts)
        case ir.Call(function=function, args=(arg,)):
            return whole({"len": len, "abs": abs}[function](value_of(arg, names)))
        case ir.Comprehension(value=value, variable=variable, over=over, condition=condition):
            inner = [{**names, variable: item} for item in value_of(over, names)]
            return [value_of(value, each) for each in inner if condition is None or value_of(condition, each)]
        case _:
            raise AssertionError(expr)


def whole(value: Any) -> Any:
    return operators.int64(value) if isinstance(value, int) and not isinstance(value, bool) else value


def outcome(compute: Callable[[], Any]) -> str:
    """The value, or the error's name; all division errors and overflows fail an attempt alike."""
    try:
        return repr(compute())
    except (ArithmeticError, ValueError) as error:
        return type(error).__name__


def computed(code: Code) -> Any:
    names = {**NAMES, **{name: getattr(operators, name) for name in code.support}}
    exec("\n".join(import_lines(code.imports)), names)
    return eval(code.text, names)


@settings(max_examples=300)
@given(randoms)
def test_what_is_printed_computes_what_is_meant(random: Random) -> None:
    for kind in (INT, FLOAT, STR, BOOL, ListOf(INT)):
        expr = any_expr(random, kind, 4)
        code = source(expr, Names(), ranges=RANGES)
        ast.parse(code.text, feature_version=(3, 10))
        assert outcome(lambda code=code: computed(code)) == outcome(lambda expr=expr: value_of(expr, NAMES)), code.text
