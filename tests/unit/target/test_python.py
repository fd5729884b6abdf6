"""Expressions as Python: what is printed, that black has nothing to add, and that it computes what the rules say."""

import ast
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as Number
from pathlib import Path
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
from flowc.runtime import operators
from flowc.target.code import Code, identifier, import_lines
from flowc.target.python import holds, source, text_form


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
    # a variable hides nothing that stands beside it
    (Comprehension(Local("len", INT), "len", xs, None, ListOf(INT)), "[len_ for len_ in xs]"),
    (
        Comprehension(Call("str", (Local("text", JSON),), STR), "text", p("many", ListOf(JSON)), None, ListOf(STR)),
        "[to_str(text) for text in many]",
    ),
    (
        Comprehension(Call("str", (Local("to_str", JSON),), STR), "to_str", p("many", ListOf(JSON)), None, ListOf(STR)),
        "[to_str(to_str_) for to_str_ in many]",
    ),
    (
        Comprehension(Local("n", INT), "n", xs, op(">", Local("n", INT), n, BOOL), ListOf(INT)),
        "[n_ for n_ in xs if n_ > n]",
    ),
    (
        Comprehension(
            Comprehension(Local("i", INT), "i", List((Local("i", INT),), ListOf(INT)), None, ListOf(INT)),
            "i",
            xs,
            None,
            ListOf(ListOf(INT)),
        ),
        "[[i for i in [i_]] for i_ in xs]",
    ),
    (
        Comprehension(lit("i", STR), "i", xs, op("==", Local("i", INT), ONE, BOOL), ListOf(STR)),
        '["i" for i in xs if i == 1]',
    ),
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
    (Call("sum", (xs,), INT), "int64(sum(xs))"),
    (Call("sum", (p("many", ListOf(FLOAT)),), FLOAT), "sum(many, 0.0)"),
    (Call("sum", (p("spans", ListOf(DURATION)),), DURATION), "sum(spans, timedelta(0))"),
    (Call("str", (n,), STR), "str(n)"),
    (Call("str", (s,), STR), "s"),
    (Call("str", (b,), STR), "text(b)"),
    (Call("path", (s,), PATH), "to_path(s)"),
    (op("/", p("folder", PATH), s, PATH), "join_path(folder, s)"),
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


ARMS: list[tuple[Expr | None, tuple[Expr, ...], str]] = [
    (None, (op(">", n, ONE, BOOL),), "n > 1"),
    (n, (), "True"),
    (n, (ONE,), "n == 1"),
    (n, (ONE, TWO), "n in (1, 2)"),
    (n, (Between(ONE, TWO, Range(INT)),), "1 <= n <= 2"),
    (n, (ONE, Between(TWO, lit(9, INT), Range(INT))), "matches(n, 1, (2, 9))"),
    (b, (lit(True, BOOL),), "b"),
    (b, (lit(False, BOOL),), "not b"),
    (s, (lit("x", STR),), 's == "x"'),
    (maybe, (lit(None, NULL),), 'matches(outputs["t"], None)'),
    (js, (lit(1, INT),), "matches(js, 1)"),
    (op("+", s, s, STR), (lit("x", STR),), 'matches(s + s, "x")'),
]


@pytest.mark.parametrize(("subject", "patterns", "expected"), ARMS, ids=[text for *_, text in ARMS])
def test_an_arm(subject: Expr | None, patterns: tuple[Expr, ...], expected: str) -> None:
    assert holds(subject, patterns, Names()).text == expected


TEXTS: list[tuple[Expr, str]] = [
    (s, "s"),
    (n, "str(n)"),
    (d, "str(d)"),
    (lit("x", PATH), '"x"'),
    (Text(("a", n)), 'f"a{n}"'),
    (p("span", DURATION), "text(span)"),
    (p("rows", ListOf(INT)), 'text(rows, "list[int]")'),
]


@pytest.mark.parametrize(("expr", "expected"), TEXTS, ids=[text for _, text in TEXTS])
def test_a_text_form(expr: Expr, expected: str) -> None:
    assert text_form(expr, Names()).text == expected


def test_a_range_of_a_param_spares_the_guard() -> None:
    assert source(op("+", n, ONE), Names(), ranges={"n": (0, 100)}).text == "n + 1"


def test_a_hole_is_a_bug() -> None:
    with pytest.raises(TypeError, match="a hole is left: x"):
        source(Hole("x", 0, INT), Names())


def test_every_support_function_exists() -> None:
    used = {name for expr, _ in CASES for name in source(expr, Names()).support} | {"matches"}
    assert used <= set(operators.__all__)
    assert {"int64", "text", "same", "at", "member", "add", "subtract", "multiply", "days", "path", "sum"} <= used


VALUES: dict[str, Any] = {
    "n": 2**63 - 1,
    "m": -7,
    "x": 0.5,
    "s": 'it\'s "x"\n',
    "d": date(2024, 2, 29),
    "b": True,
    "js": {"k": [1]},
    "xs": [3, 1, 2],
    "price": Number("1.10"),
    "big": Number("1" * 38),
    "size": 1024,
    "t": datetime(2024, 1, 1, 6, tzinfo=UTC),
    "span": timedelta(minutes=90),
    "file": Path("a/b.csv"),
    "outputs": {"t": None},
}
span, size = p("span", DURATION), p("size", SIZE)

COMPUTED: list[tuple[Expr, object]] = [
    (op("-", n, ONE), 2**63 - 2),
    (op("%", m, lit(3, INT)), 2),
    (op("/", m, TWO, FLOAT), -3.5),
    (op("+", p("big", price), p("price", price), price), Number("1" * 37 + "2.10")),
    (
        Text((s, "|", b, "|", span, "|", js, "|", size, "|", p("t", DATETIME))),
        VALUES["s"] + '|true|1h30m|{"k":[1]}|1KiB|2024-01-01T06:00:00Z',
    ),
    (Coalesce((maybe, Attr(xs, "last", Optional(INT))), INT), 2),
    (op("==", Attr(js, "gone", JSON), lit(None, NULL), BOOL), True),
    (op("in", lit(True, JSON), p("ones", ListOf(JSON)), BOOL), False),
    (op("-", d, lit(timedelta(days=1), DURATION), DATE), date(2024, 2, 28)),
    (Attr(d, "quarter", INT), 1),
    (Convert(xs, ListOf(FLOAT)), [3.0, 1.0, 2.0]),
    (op("/", p("file", PATH), lit("c", STR), PATH), Path("a/b.csv/c")),
    (op("*", span, lit(2, INT), DURATION), timedelta(hours=3)),
    (op("*", size, x, SIZE), 512),
    (Comprehension(op("*", Local("i", INT), TWO), "i", xs, op(">", Local("i", INT), ONE, BOOL), ListOf(INT)), [6, 4]),
    (Method(Method(xs, "sorted", (), ListOf(INT)), "join", (lit("-", STR),), STR), "1-2-3"),
]


def run(expr: Expr) -> object:
    code = source(expr, Names())
    names = {**VALUES, "ones": [1, 1.0]} | {name: getattr(operators, name) for name in code.support}
    exec("\n".join(import_lines(code.imports)), names)
    return eval(code.text, names)


@pytest.mark.parametrize(("expr", "value"), COMPUTED, ids=[source(expr, Names()).text for expr, _ in COMPUTED])
def test_computed(expr: Expr, value: object) -> None:
    assert repr(run(expr)) == repr(value)


@pytest.mark.parametrize(
    ("expr", "error"),
    [
        (op("+", n, ONE), OverflowError),
        (op("*", op("+", n, ONE), lit(0, INT)), OverflowError),
        (op("%", n, lit(0, INT)), ZeroDivisionError),
        (op("+", d, lit(timedelta(hours=1), DURATION), DATE), ValueError),
        (Index(xs, m, INT), IndexError),
        (Index(js, lit("gone", STR), JSON), KeyError),
        (Call("int", (s,), INT), ValueError),
    ],
    ids=str,
)
def test_what_does_not_fit_fails(expr: Expr, error: type[Exception]) -> None:
    with pytest.raises(error):
        run(expr)
