"""The table of built-in functions, and how a call of each is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal as Number
from decimal import InvalidOperation

from flowc.ir.expr import Asset, Call, Env, Expr, Lit, Secret
from flowc.ir.types import (
    ANY,
    ASSET,
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    FLOAT,
    INT,
    JSON,
    PATH,
    SECRET,
    SIZE,
    STR,
    Decimal,
    ListOf,
    MapOf,
    Table,
    Type,
)
from flowc.sema.accept import accept, usable
from flowc.sema.arguments import bind
from flowc.sema.constants import constant, require_stage
from flowc.sema.containers import together
from flowc.sema.context import Context, Formal
from flowc.sema.infer import infer, is_poison, poison, quoted
from flowc.sema.literals import exact
from flowc.sema.misfits import report_secret
from flowc.sema.relations import convert, fits, has_text, is_json, is_number, is_ordered, strip
from flowc.syntax import ast

Given = Mapping[str, ast.Expr]
_LONG = Decimal(38, 9)
_INT_DIGITS = Decimal(19, 0)


def call_builtin(name: ast.Name, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    """A call of a function in `FUNCTIONS`."""
    word = name.text
    if word in ("min", "max"):
        return _extreme(word, node, context, hint)
    formals, typer = FUNCTIONS[word]
    given = bind(formals, node.args, context, node.span, callee=f"`{word}`")
    return typer(word, given, node, context, hint) if given is not None else poison(node.span)


def _value(node: ast.Expr, context: Context, hint: Type | None = None) -> Expr:
    return usable(infer(node, context, hint), context, node.span)


def _call(word: str, args: list[Expr], type_: Type, node: ast.Call) -> Expr:
    return poison(node.span) if any(is_poison(arg) for arg in args) else Call(word, tuple(args), type_, node.span)


def _refuse(word: str, takes: str, arg: Expr, node: ast.Expr, context: Context, help: str = "") -> Expr:
    if not is_poison(arg):
        helps = (help,) if help else ()
        context.problems.add(
            "FLOW301", f"`{word}` takes {takes}, and {quoted(node)} is {arg.type}", node.span, helps=helps
        )
    return poison(node.span)


# ------------------------------------------------------------------ numbers and lists


def _len(word: str, given: Given, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    arg = _value(given["of"], context)
    if isinstance(arg.type, ListOf | MapOf) or fits(arg.type, STR):
        return _call(word, [arg], INT, node)
    return _refuse(word, "a list, a map or a str", arg, given["of"], context)


def _sum(word: str, given: Given, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    arg = _value(given["of"], context, ListOf(hint) if hint is not None else None)
    item = arg.type.item if isinstance(arg.type, ListOf) else ANY if arg.type == ANY else None
    if item is not None and (is_number(item) or item in (DURATION, SIZE)):
        return _call(word, [arg], Decimal(38, item.scale) if isinstance(item, Decimal) else item, node)
    return _refuse(word, "a list of numbers, durations or sizes", arg, given["of"], context)


def _extreme(word: str, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    """`min(list)`, or of two and more values."""
    for arg in node.args:
        if arg.name is not None:
            context.problems.add("FLOW303", f"`{word}` has no parameter `{arg.name.text}`", arg.name.span)
            return poison(node.span)
    values = [arg.value for arg in node.args]
    if not values:
        context.problems.add("FLOW302", f"`{word}` needs a list, or two values and more", node.span)
        return poison(node.span)
    if len(values) == 1:
        arg = _value(values[0], context)
        item = arg.type.item if isinstance(arg.type, ListOf) else ANY if arg.type == ANY else None
        if item is not None and is_ordered(item):
            return _call(word, [arg], item, node)
        return _refuse(word, "a list of values that have an order", arg, values[0], context)
    found, common = together(values, context, hint)
    args = [usable(arg, context, value.span) for arg, value in zip(found, values, strict=True)]
    if any(is_poison(arg) for arg in args):
        return poison(node.span)
    if common is None or not is_ordered(common):
        types = " and ".join(dict.fromkeys(str(arg.type) for arg in args))
        context.problems.add("FLOW301", f"`{word}` takes values of one type that has an order, not {types}", node.span)
        return poison(node.span)
    return _call(word, [convert(arg, common) for arg in args], common, node)


def _abs(word: str, given: Given, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    arg = _value(given["x"], context, hint)
    if is_number(arg.type) or arg.type == DURATION:
        return _call(word, [arg], arg.type, node)
    return _refuse(word, "a number or a duration", arg, given["x"], context)


def _round(word: str, given: Given, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    arg = _value(given["x"], context)
    if not is_number(arg.type):
        return _refuse(word, "a number", arg, given["x"], context)
    if "digits" not in given:
        return _call(word, [arg], _rounded(arg.type, 0), node)
    digits = accept(
        infer(given["digits"], context, INT), INT, context, given["digits"].span, what="`digits` of `round`"
    )
    said = digits.value if isinstance(digits, Lit) and isinstance(digits.value, int) else None
    return _call(word, [arg, digits], _rounded(arg.type, said), node)


def _rounded(type_: Type, digits: int | None) -> Type:
    if not isinstance(type_, Decimal) or digits is None or not 0 <= digits < type_.scale:
        return type_
    return Decimal(min(38, type_.precision - type_.scale + 1 + digits), digits)


# ------------------------------------------------------------------ conversions

_TARGETS: Mapping[str, Type] = {
    "int": INT, "float": FLOAT, "str": STR, "date": DATE, "datetime": DATETIME, "path": PATH, "json": JSON,
}  # fmt: skip
_NUMBERS: Mapping[str, tuple[Type, ...]] = {"int": (FLOAT,), "float": (INT,), "decimal": (INT, FLOAT)}


def _conversion(word: str, given: Given, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    """From a text or from json; numbers from numbers."""
    arg = _value(given["x"], context)
    type_ = _TARGETS.get(word) or _decimal(arg, hint)
    if is_poison(arg) or _convertible(word, type_, arg.type):
        return _call(word, [arg], type_, node)
    help = f"its date is {given['x'].span.text}.date" if (word, arg.type) == ("date", DATETIME) else ""
    return _refuse(word, "a text or json", arg, given["x"], context, help)


def _convertible(word: str, type_: Type, have: Type) -> bool:
    if have in (JSON, ANY) or fits(have, STR) or have == type_ or have in _NUMBERS.get(word, ()):
        return True
    if word == "str":
        return has_text(have)
    if word == "json":
        return is_json(have)
    return isinstance(have, Decimal) and word in ("int", "float", "decimal")


def _decimal(arg: Expr, hint: Type | None) -> Type:
    """The wanted decimal; else as long as the argument is known to need, else one with nine digits after the point."""
    if hint is not None and isinstance(strip(hint), Decimal):
        return strip(hint)
    if isinstance(arg, Lit) and isinstance(arg.value, str | float):
        try:
            return exact(Number(str(arg.value)))
        except (InvalidOperation, AssertionError):
            return _LONG
    return _INT_DIGITS if arg.type == INT else arg.type if isinstance(arg.type, Decimal) else _LONG


# ------------------------------------------------------------------ files, secrets, the environment


def _file(word: str, given: Given, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    """The text of a file, its holes read here."""
    path = _plain_text(given["path"], context, "`file`")
    if path is None:
        return poison(node.span)
    text = context.world.file_text(path)
    if text is None:
        context.problems.add(
            "FLOW824",
            f"file `{path}` is not found",
            given["path"].span,
            notes=("paths count from the project's folder",),
        )
        return poison(node.span)
    return infer(context.world.parse_holes(text, path), context, hint)


def _plain_text(node: ast.Expr, context: Context, what: str) -> str | None:
    expr = accept(infer(node, context, STR), STR, context, node.span, what=what)
    if is_poison(expr) or not require_stage(expr, "build", context, what):
        return None
    value = constant(expr)
    return value if isinstance(value, str) else None


def _secret(word: str, given: Given, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    name = _plain_text(given["name"], context, "`secret`")
    return poison(node.span) if name is None else _guarded(Secret(name, SECRET, node.span), node, context)


def _env(word: str, given: Given, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    name = _plain_text(given["name"], context, "`env`")
    default = given.get("default")
    other = (
        accept(infer(default, context, STR), STR, context, default.span, what="`default` of `env`") if default else None
    )
    if name is None or (other is not None and is_poison(other)):
        return poison(node.span)
    return _guarded(Env(name, other, STR, node.span), node, context)


def _guarded(expr: Expr, node: ast.Call, context: Context) -> Expr:
    if "environment" in context.allows:
        return expr
    report_secret(expr, context, node.span)
    return poison(node.span)


# ------------------------------------------------------------------ SQL holes and checks


def _sql(word: str, given: Given, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    if not _placed("sql", word, "a hole in SQL", node, context):
        return poison(node.span)
    arg = _value(given["of"], context)
    strings = fits(arg.type, STR) or fits(arg.type, ListOf(STR))
    fine = strings or _is_asset(arg) if word == "ident" else isinstance(arg.type, ListOf) or arg.type in (JSON, ANY)
    if fine:
        return _call(word, [arg], STR, node)
    return _refuse(
        word, "a str, a list[str] or an asset" if word == "ident" else "a list or json", arg, given["of"], context
    )


def _check(word: str, given: Given, node: ast.Call, context: Context, hint: Type | None) -> Expr:
    """Of B: typed here, refused at build."""
    if not _placed("check", word, "a check", node, context):
        return poison(node.span)
    arg = _value(given["of"], context)
    if not _is_asset(arg):
        return _refuse(word, "an asset", arg, given["of"], context)
    if "by" not in given:
        return _call(word, [arg], INT if word == "rows" else BOOL, node)
    by = accept(
        infer(given["by"], context, ListOf(STR)), ListOf(STR), context, given["by"].span, what="`by` of `unique`"
    )
    return _call(word, [arg, by], BOOL, node)


def _placed(allowed: str, word: str, place: str, node: ast.Call, context: Context) -> bool:
    if allowed in context.allows:
        return True
    context.problems.add("FLOW212", f"`{word}` may stand only in {place}", node.span)
    return False


def _is_asset(expr: Expr) -> bool:
    return isinstance(expr, Asset) or isinstance(expr.type, Table) or expr.type in (ASSET, ANY)


def _of(*names: str, **optional: bool) -> tuple[Formal, ...]:
    return (*(Formal(name, None) for name in names), *(Formal(name, None, required=False) for name in optional))


Typer = Callable[[str, Given, ast.Call, Context, Type | None], Expr]
_X = _of("x")
FUNCTIONS: Mapping[str, tuple[tuple[Formal, ...], Typer]] = {
    "len": (_of("of"), _len),
    "min": ((), _len),  # these two take any number of values: see `_extreme`
    "max": ((), _len),
    "sum": (_of("of"), _sum),
    "abs": (_X, _abs),
    "round": (_of("x", digits=True), _round),
    **dict.fromkeys(("int", "float", "str", "decimal", "date", "datetime", "path", "json"), (_X, _conversion)),
    "file": (_of("path"), _file),
    "secret": (_of("name"), _secret),
    "env": (_of("name", default=True), _env),
    "ident": (_of("of"), _sql),
    "table": (_of("of"), _sql),
    "rows": (_of("of"), _check),
    "unique": (_of("of", "by"), _check),
}
"""Every built-in function: its parameters, and what types a call."""
