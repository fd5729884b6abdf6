"""Expressions as Python: what is printed, that black has nothing to add, and that it computes what the rules say."""

import ast
from datetime import timedelta
from decimal import Decimal as Number
from typing import Any

import pytest

from flowc.emit.format import formatted
from flowc.ir.expr import (
    Asset,
    Attr,
    Between,
    Binary,
    BinaryOp,
    Call,
    Choose,
    Coalesce,
    Comprehension,
    Connection,
    Convert,
    Env,
    Expr,
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
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    FLOAT,
    INT,
    JSON,
    NULL,
    PATH,
    SIZE,
    STR,
    Decimal,
    Enum,
    Field,
    ListOf,
    MapOf,
    Optional,
    Range,
    Record,
    Type,
)
from flowc.target.code import Code, identifier
from flowc.target.python import source


class Names:
    """A target that writes every leaf as a variable."""

    def param(self, leaf: Param) -> Code:
        return Code(identifier(leaf.name))

    def run(self, leaf: Run) -> Code:
        return Code(f"run.{leaf.name}")

    def output(self, leaf: Output) -> Code:
        return Code(f'outputs["{leaf.node}"]')

    def item(self, leaf: Item) -> Code:
        return Code(leaf.role)

    def secret(self, leaf: Secret) -> Code:
        return Code(f'secret("{leaf.name}")')

    def env(self, leaf: Env, default: Code | None) -> Code:
        return Code(f'env("{leaf.name}"{f", {default.text}" if default else ""})')

    def asset(self, leaf: Asset) -> Code:
        return Code(leaf.name)

    def connection(self, leaf: Connection) -> Code:
        return Code(leaf.name)


def lit(value: Any, type_: Type) -> Lit:
    return Lit(value, type_)


def p(name: str, type_: Type = INT) -> Param:
    return Param(name, type_)


def op(operator: BinaryOp, left: Expr, right: Expr, type_: Type = INT) -> Binary:
    return Binary(operator, left, right, type_)


ONE, TWO = lit(1, INT), lit(2, INT)
n, m, x, s, d, b, c = p("n"), p("m"), p("x", FLOAT), p("s", STR), p("d", DATE), p("b", BOOL), p("c", BOOL)
js, xs, mm = p("js", JSON), p("xs", ListOf(INT)), p("mm", MapOf(STR, INT))
maybe = Output("t", None, 0, Optional(INT))
price = Decimal(10, 2)

CASES: list[tuple[Expr, str]] = [
    # whole numbers are guarded only where they could leave 64 bits
    (op("+", n, ONE), "int64(n + 1)"),
    (op("+", Attr(d, "year", INT), ONE), "d.year + 1"),
    (op("*", Call("len", (xs,), INT), lit(1000, INT)), "len(xs) * 1000"),
    (op("%", n, lit(7, INT)), "n % 7"),
    (op("-", op("%", n, lit(7, INT)), ONE), "n % 7 - 1"),
    (op("*", op("+", n, ONE), TWO), "int64(int64(n + 1) * 2)"),
    (op("*", op("+", Attr(d, "day", INT), ONE), TWO), "(d.day + 1) * 2"),
    (op("-", ONE, op("-", TWO, Attr(d, "day", INT))), "1 - (2 - d.day)"),
    (Unary("-", n, INT), "int64(-n)"),
    (Unary("-", lit(5, INT), INT), "-5"),
    (Call("abs", (n,), INT), "int64(abs(n))"),
    (op("+", p("size", SIZE), p("other", SIZE), SIZE), "int64(size + other)"),
    (op("/", n, TWO, FLOAT), "n / 2"),
    # floats, and ints beside them
    (op("*", x, Convert(n, FLOAT), FLOAT), "x * n"),
    (op("<", Convert(n, FLOAT), x, BOOL), "float(n) < x"),
    (op("+", x, Convert(ONE, FLOAT), FLOAT), "x + 1.0"),
    (Unary("-", op("+", x, x, FLOAT), FLOAT), "-(x + x)"),
    # conditions
    (op("and", op("or", b, c, BOOL), b, BOOL), "(b or c) and b"),
    (op("or", op("and", b, c, BOOL), b, BOOL), "b and c or b"),
    (Unary("not", op("==", n, ONE, BOOL), BOOL), "not n == 1"),
    (Unary("not", op("or", b, c, BOOL), BOOL), "not (b or c)"),
    (op("==", op("==", n, ONE, BOOL), b, BOOL), "(n == 1) == b"),
    (op("==", js, js, BOOL), "same(js, js)"),
    (op("!=", js, js, BOOL), "not same(js, js)"),
    (op("in", n, Between(ONE, TWO, Range(INT)), BOOL), "1 <= n <= 2"),
    (op("not in", n, Between(ONE, TWO, Range(INT)), BOOL), "not 1 <= n <= 2"),
    (op("in", n, xs, BOOL), "n in xs"),
    (op("in", js, p("many", ListOf(JSON)), BOOL), "contains(many, js)"),
    (IsNull(maybe, False), 'outputs["t"] is None'),
    (IsNull(maybe, True), 'outputs["t"] is not None'),
    (Choose(b, n, Choose(c, ONE, TWO, INT), INT), "n if b else 1 if c else 2"),
    (Choose(Choose(b, c, b, BOOL), n, ONE, INT), "n if (c if b else b) else 1"),
    (Coalesce((maybe, ONE), INT), 'outputs["t"] if outputs["t"] is not None else 1'),
    # ranges and lists
    (Between(ONE, n, Range(INT)), "list(range(1, n + 1))"),
    (Between(ONE, lit(10, INT), Range(INT)), "list(range(1, 11))"),
    (Between(d, d, Range(DATE)), "days(d, d)"),
    (List((ONE, n), ListOf(INT)), "[1, n]"),
    (Map((("a", ONE), ("b c", s)), JSON), '{"a": 1, "b c": s}'),
    (
        Comprehension(Local("i", INT), "i", xs, op(">", Local("i", INT), ONE, BOOL), ListOf(INT)),
        "[i for i in xs if i > 1]",
    ),
    (Comprehension(Local("class", INT), "class", xs, None, ListOf(INT)), "[class_ for class_ in xs]"),
    (Index(xs, lit(0, INT), INT), "xs[0]"),
    (Index(xs, n, INT), "at(xs, n)"),
    (Index(mm, s, INT), "mm[s]"),
    (Index(js, lit("k", STR), JSON), 'js["k"]'),
    (Index(js, lit(0, INT), JSON), "at(js, 0)"),
    # attributes and methods
    (Attr(d, "weekday", INT), "d.isoweekday()"),
    (Attr(d, "quarter", INT), "(d.month + 2) // 3"),
    (Attr(d, "week", INT), "d.isocalendar().week"),
    (Attr(p("span", DURATION), "seconds", FLOAT), "span.total_seconds()"),
    (Attr(p("file", PATH), "stem", STR), "file.stem"),
    (Attr(xs, "first", Optional(INT)), "first(xs)"),
    (Attr(js, "k", JSON), 'member(js, "k")'),
    (Attr(p("row", Record((Field("a", INT),))), "a", INT), 'row["a"]'),
    (Method(s, "starts", (lit("x", STR),), BOOL), 's.startswith("x")'),
    (Method(Method(s, "lower", (), STR), "strip", (), STR), "s.lower().strip()"),
    (Method(p("words", ListOf(STR)), "join", (lit(", ", STR),), STR), '", ".join(words)'),
    (Method(xs, "join", (lit(", ", STR),), STR), 'join(xs, ", ")'),
    (Method(xs, "reversed", (), ListOf(INT)), "xs[::-1]"),
    (Method(d, "format", (lit("%Y%m%d", STR),), STR), 'd.strftime("%Y%m%d")'),
    (Call("sum", (xs,), INT), "total(xs)"),
    (Call("round", (x, ONE), FLOAT), "round(x, 1)"),
    (Call("int", (s,), INT), "to_int(s)"),
    # dates and durations
    (op("+", d, lit(timedelta(days=1), DURATION), DATE), "d + timedelta(days=1)"),
    (op("-", d, lit(timedelta(hours=1), DURATION), DATE), "subtract(d, timedelta(hours=1))"),
    (op("-", p("t", DATETIME), p("u", DATETIME), DURATION), "t - u"),
    (op("+", p("a", price), p("z", price), price), "add(a, z)"),
    (op("*", p("size", SIZE), x, SIZE), "multiply(size, x)"),
    # strings
    (Text((lit("x", STR), "y")), '"xy"'),
    (Text(("plain",)), '"plain"'),
    (Text(("a ", s, " {b} ", n)), 'f"a {s} {{b}} {n}"'),
    (Text((b, "-", maybe)), "f\"{text(b)}-{text(outputs['t'])}\""),
    (Text((p("size", SIZE), js)), "f\"{text(size, 'size')}{text(js, 'json')}\""),
    (Text(('say "', s, '"')), 'f"say \\"{s}\\""'),
    (Text(("a\n", Index(mm, lit("k", STR), INT), '\n"')), 'f"""a\n{mm["k"]}\n\\""""'),
    (Text((op("+", s, lit("\n", STR), STR), "!")), 'str(s + "\\n") + "!"'),
    # conversions
    (Convert(ONE, Optional(FLOAT)), "1.0"),
    (Convert(maybe, Optional(FLOAT)), 'float(outputs["t"]) if outputs["t"] is not None else None'),
    (Convert(n, Optional(INT)), "n"),
    (Convert(xs, ListOf(FLOAT)), "[float(each) for each in xs]"),
    (Convert(mm, MapOf(STR, FLOAT)), "{key: float(each) for key, each in mm.items()}"),
    (
        Convert(p("r", Record((Field("a", INT), Field("b", INT)))), Record((Field("a", FLOAT), Field("b", INT)))),
        '{**r, "a": float(r["a"])}',
    ),
    (Convert(lit("x", STR), Enum(("x", "y"))), '"x"'),
    (Convert(s, PATH), "path(s)"),
    (lit("in/a.csv", PATH), 'Path("in/a.csv")'),
    (lit("./in/", PATH), 'path("./in/")'),
    (lit(None, NULL), "None"),
    (lit(Number("1.5"), price), 'Decimal("1.5")'),
    # leaves
    (Run("date", DATE), "run.date"),
    (p("class"), "class_"),
    (Item("loop", "index", INT), "index"),
    (Env("HOME", lit("x", STR), STR), 'env("HOME", "x")'),
]


@pytest.mark.parametrize(("expr", "expected"), CASES, ids=[text.replace("\n", " ") for _, text in CASES])
def test_printed(expr: Expr, expected: str) -> None:
    text = source(expr, Names()).text
    assert text == expected
    ast.parse(text, feature_version=(3, 10))
    if text.count("\\") == 0:  # black chooses other quotes where that saves a backslash
        assert formatted(f"x = {text}\n") == f"x = {text}\n"
