"""Literals, lists, maps, text with holes; and whether a value may stand where a type is wanted."""

from datetime import date, timedelta
from decimal import Decimal as Number

import pytest

from flowc.ir.expr import Choose, Convert, Expr, List, Lit, Map, Param, Text
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
    NULL,
    PATH,
    SECRET,
    SIZE,
    STR,
    Decimal,
    Enum,
    Field,
    ListOf,
    MapOf,
    Optional,
    Record,
    Table,
    Type,
)
from tests.unit.sema.world import METRICS, MODE, MONEY, RATES, Reader

OPEN = frozenset({"environment"})
PAIR = Record((Field("a", INT), Field("b", Optional(STR))))


@pytest.mark.parametrize(
    ("text", "expr"),
    [
        ("1_000", Lit(1000, INT)),
        ("0.5", Lit(0.5, FLOAT)),
        ("true", Lit(True, BOOL)),
        ("null", Lit(None, NULL)),
        ("2024-01-31", Lit(date(2024, 1, 31), DATE)),
        ("1h30m", Lit(timedelta(minutes=90), DURATION)),
        ("4GiB", Lit(4 * 2**30, SIZE)),
        ('"a"', Lit("a", STR)),
        ('""', Lit("", STR)),
        ('"a#{n}"', Text(("a", Param("n", INT)))),
        ("[1, 2]", List((Lit(1, INT), Lit(2, INT)), ListOf(INT))),
        ("[1, 0.5]", List((Lit(1.0, FLOAT), Lit(0.5, FLOAT)), ListOf(FLOAT))),
        ("{a: 1}", Map((("a", Lit(1, INT)),), MapOf(STR, INT))),
        (
            '{a: 1, "b c": "x"}',
            Map((("a", Lit(1, INT)), ("b c", Lit("x", STR))), Record((Field("a", INT), Field("b c", STR)))),
        ),
    ],
)  # fmt: skip
def test_literals(read: Reader, text: str, expr: Expr) -> None:
    assert read(text).expr == expr


@pytest.mark.parametrize(
    ("text", "want", "expr"),
    [
        ("1", FLOAT, Lit(1.0, FLOAT)),
        ("-1", FLOAT, Lit(-1.0, FLOAT)),
        ("1", Optional(FLOAT), Lit(1.0, FLOAT)),
        ("1.50", MONEY, Lit(Number("1.50"), MONEY)),
        ("-3", MONEY, Lit(Number(-3), MONEY)),
        ('"full"', MODE, Lit("full", MODE)),
        ('"a/b"', PATH, Lit("a/b", PATH)),
        ('"a/#{n}"', PATH, Convert(Text(("a/", Param("n", INT))), PATH)),
        ('["a"]', ListOf(PATH), List((Lit("a", PATH),), ListOf(PATH))),
        ("[]", ListOf(PATH), List((), ListOf(PATH))),
        ("[1, 2.5]", JSON, List((Lit(1, INT), Lit(2.5, FLOAT)), ListOf(JSON))),
        ("n", FLOAT, Convert(Param("n", INT), FLOAT)),
        ("xs", ListOf(FLOAT), Convert(Param("xs", ListOf(INT)), ListOf(FLOAT))),
        ("n", Optional(INT), Param("n", INT)),
        ("n", JSON, Param("n", INT)),
        ("mode", STR, Param("mode", MODE)),
        ("null", Optional(INT), Lit(None, NULL)),
        ("price", Decimal(14, 2), Convert(Param("price", MONEY), Decimal(14, 2))),
        ('"x" if b else "y"', PATH, Choose(Param("b", BOOL), Lit("x", PATH), Lit("y", PATH), PATH)),
        ("{a: 1}", MapOf(STR, FLOAT), Map((("a", Lit(1.0, FLOAT)),), MapOf(STR, FLOAT))),
        ('{a: 1, b: "x"}', PAIR, Map((("a", Lit(1, INT)), ("b", Lit("x", STR))), PAIR)),
        ("{a: 1}", PAIR, Map((("a", Lit(1, INT)),), PAIR)),
    ],
)
def test_what_fits(read: Reader, text: str, want: Type, expr: Expr) -> None:
    got = read(text, want)
    assert not got.found
    assert got.expr == expr


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("rates", ASSET),
        ("report", ASSET),
        ("table_of", ASSET),
        ("rates", Table()),
        ("rates", Table(RATES)),
        ("region", Enum(("eu", "us", "apac"))),
        ("{connectionId: \"b2b7\", nested: {deep: [1, \"a\", null]}, n: n}", JSON),
        ("xs", JSON),
        ("best", METRICS),
        ("best", Record((Field("loss", FLOAT), Field("auc", FLOAT)))),
        ("untyped", INT),
        ("n", ANY),
        ("maybe", JSON),
        ("holes", ListOf(Optional(FLOAT))),
        ("maybe", Optional(FLOAT)),
    ],
)  # fmt: skip
def test_more_that_fits(read: Reader, text: str, want: Type) -> None:
    assert read(text, want).codes == []


@pytest.mark.parametrize(
    ("text", "want", "code", "place", "help_"),
    [
        ("n", STR, "FLOW301", "n", 'as text: "#{n}"'),
        ("s", INT, "FLOW301", "s", "read it: int(s)"),
        ("fetch.n", INT, "FLOW301", "fetch.n", "read it: int(fetch.n)"),
        ("at", DATE, "FLOW301", "at", "its date: at.date"),
        ('"2024-01-01"', DATE, "FLOW301", '"2024-01-01"', "without quotes: 2024-01-01"),
        ("n", ListOf(INT), "FLOW301", "n", "a list of one: [n]"),
        ("s", PATH, "FLOW301", "s", "read it: path(s)"),
        ("30", DURATION, "FLOW306", "30", "write it with its unit: 30s"),
        ("-30", DURATION, "FLOW306", "-30", "write it with its unit: -30s"),
        ("n", DURATION, "FLOW306", "n", "multiply it: n * 1s"),
        ("512", SIZE, "FLOW306", "512", "write it with its unit: 512MiB"),
        ('"ful"', MODE, "FLOW301", '"ful"', 'did you mean "full"?'),
        ('["full", "dleta"]', ListOf(MODE), "FLOW301", '"dleta"', 'did you mean "delta"?'),
        ('[1, "a"]', ListOf(INT), "FLOW301", '"a"', None),
        ('"full" if b else "no"', MODE, "FLOW301", '"no"', 'one of "full", "delta", "auto"'),
        ("{a: d}", JSON, "FLOW301", "d", 'as text: "#{d}"'),
        ("{b: null}", PAIR, "FLOW320", "{b: null}", "its fields are `a`, `b`"),
        ("{a: 1, c: 2}", PAIR, "FLOW320", "2", "it has `a`, `b`"),
        ("{acu: 0.5, loss: 0.1}", METRICS, "FLOW320", "0.5", "did you mean `auc`?"),
        ("{a: s}", PAIR, "FLOW301", "s", "read it: int(s)"),
        ("maybe", INT, "FLOW309", "maybe", "say what stands for it: maybe ?? 0"),
        ("bulk", INT, "FLOW309", "bulk", "give the other branch's value too: bulk ?? merge"),
        ("bulk", Optional(INT), "FLOW309", "bulk", "give the other branch's value too: bulk ?? merge"),
        ("bulk", ANY, "FLOW309", "bulk", "give the other branch's value too: bulk ?? merge"),
        ("score", FLOAT, "FLOW301", "score", None),
        ("holes", ListOf(INT), "FLOW301", "holes", None),
        ("mode", Enum(("full",)), "FLOW301", "mode", None),
        ("s", MODE, "FLOW301", "s", None),
        ("f", INT, "FLOW301", "f", None),
        ("1.005", MONEY, "FLOW313", "1.005", None),
        ("10000000000.00", MONEY, "FLOW313", "10000000000.00", None),
        ("wh", ANY, None, None, None),
    ],
)
def test_what_does_not_fit(
    read: Reader, text: str, want: Type, code: str | None, place: str, help_: str | None
) -> None:
    got = read(text, want)
    if code is None:
        assert got.codes == []
        return
    assert (got.codes, got.place) == ([code], place)
    assert help_ is None or got.only.helps[0] == help_


def test_the_reasons_of_lists(read: Reader) -> None:
    gathered = read("score", FLOAT).only
    assert gathered.label == "needs float, found list[float]"
    assert gathered.notes == ("outside of its loop a task's output is the list of all values, in input order",)
    assert read("holes", ListOf(INT)).only.notes == ("an element whose task was skipped stands as null in the list",)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('[1, "a"]', "FLOW301", '"a"'),
        ("[n, s, m]", "FLOW301", "s"),
        ("{a: 1, a: 2}", "FLOW202", "a"),
        ('{"#{n}": 1}', "FLOW301", '"#{n}"'),
        ("9223372036854775808", "FLOW313", "9223372036854775808"),
        ('"#{bulk}"', "FLOW309", "bulk"),
        ('"#{wh}"', "FLOW301", "wh"),
        ('"#{1 .. 2}"', "FLOW301", "1 .. 2"),
        ('"a #{nope} b #{neither}"', "FLOW201", None),
    ],
)
def test_mistakes_in_literals(read: Reader, text: str, code: str, place: str | None) -> None:
    got = read(text)
    assert set(got.codes) == {code}
    assert place is None or got.place == place


@pytest.mark.parametrize(
    "text", ['"#{n} #{d} #{wait} #{room} #{rates} #{xs} #{counts} #{rate} #{fetch} #{maybe} #{raw}"']
)
def test_holes_take_all_that_has_a_text_form(read: Reader, text: str) -> None:
    assert read(text).codes == []


def test_literals_follow_what_stands_beside_them(read: Reader) -> None:
    assert read('[mode, "full"]').type == "list[Mode]"
    assert read('["full", mode]').type == "list[Mode]"
    assert read('[p, "x"]').type == "list[path]"
    assert read("[null, n]").type == "list[int?]"
    assert read("[price, 1]").type == "list[decimal(12, 2)]"


# ------------------------------------------------------------------ secrets


@pytest.mark.parametrize(
    "text",
    [
        'secret("X")',
        '"Bearer #{secret("X")}"',
        'secret("X") == "a"',
        '[secret("X")]',
        'len(secret("X"))',
        'env("HOME")',
        '"#{env("HOME", "x")}"',
    ],
)
def test_secrets_stay_where_they_are(read: Reader, text: str) -> None:
    assert read(text).codes == ["FLOW315"]


def test_secrets_where_they_may_stand(read: Reader) -> None:
    inside = read.at(allows=OPEN)
    assert inside('secret("X")').type == "secret"
    assert inside('"Bearer #{secret("X")}"').type == "secret"
    assert inside('env("HOME", "x")').type == "str"
    assert inside('secret("X")', SECRET).codes == []
    assert inside('{ a: secret("X") }').type == "map[str, secret]"


def test_a_secret_leaks_through_a_let(read: Reader) -> None:
    read.let("token", 'secret("X")')
    found = read('"#{token}"').only
    assert (found.code.number, found.message) == (
        "FLOW315",
        "`token` is a secret, which may only stand in `env` and in a connection",
    )
    assert [label.span.text for label in found.related] == ['secret("X")']
    assert read.at(allows=OPEN)("token").codes == []


def test_the_environment_leaks_through_a_let(read: Reader) -> None:
    read.let("home", 'env("HOME")')
    assert read("p / home").codes == ["FLOW315"]
    assert read.at(allows=OPEN)('"#{home}"').codes == []


def test_a_value_that_is_wanted_by_nobody_in_particular(read: Reader) -> None:
    assert read("at", DATETIME).expr == Param("at", DATETIME)
