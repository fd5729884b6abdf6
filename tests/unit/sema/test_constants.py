"""When a value is known, and what it is when that is before anything runs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as Number
from typing import get_args

import pytest

from flowc.ir.expr import Lit, walk
from flowc.ir.types import FLOAT, INT, JSON, PATH, Decimal, ListOf, Type
from flowc.sema.expressions import constant, require_stage, stage
from flowc.sema.infer import infer
from flowc.syntax import ast
from tests.unit.sema.world import Reader


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("1 + 2", "build"),
        ("[x for x in 1 .. 3]", "build"),
        ("rates", "build"),
        ("n + 1", "start"),
        ('"#{run.date}"', "start"),
        ("total + n", "run"),
        ("file", "run"),
        ("[x + n for x in [1]]", "start"),
        ("maybe ?? total", "run"),
    ],
)
def test_stage(read: Reader, text: str, when: str) -> None:
    assert stage(read(text).expr) == when


def test_what_handlers_know_is_known_late(read: Reader) -> None:
    assert stage(read.at(phase="failure")("run.error").expr) == "run"
    assert stage(read.at(allows=frozenset({"environment"}))('env("X")').expr) == "run"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("7 % -3", -2),
        ("7 / 2", 3.5),
        ("-(3)", -3),
        ("2 * 2 * 2", 8),
        ("1 < 2 and not false", True),
        ("1 if 2 > 3 else 0.5", 0.5),
        ('"a" + "b"', "ab"),
        ('"#{1} #{1.5} #{true} #{null} #{[1, 2]}"', "1 1.5 true null [1,2]"),
        ('"#{1h30m} #{4GiB} #{2024-01-31}"', "1h30m 4GiB 2024-01-31"),
        ('"#{06:00}"', "06:00:00"),
        ("1h + 30m", timedelta(minutes=90)),
        ("1h * 1.5", timedelta(minutes=90)),
        ("1GiB / 2 + 1B", 2**29 + 1),
        ("2024-02-28 + 2d", date(2024, 3, 1)),
        ("2024-03-01 - 2024-02-01", timedelta(days=29)),
        ("2024-01-01T06:00Z + 1h", datetime(2024, 1, 1, 7, tzinfo=UTC)),
        ("2024-01-31.weekday * 100 + 2024-01-31.week", 305),
        ("2024-12-31.quarter", 4),
        ("1h30m.seconds", 5400.0),
        ("1KiB.bytes", 1024),
        ('"A,b".lower().split(",")', ("a", "b")),
        ('["b", "a", "b"].unique().sorted().join("+")', "a+b"),
        ("[1, 2, 3].reversed()", (3, 2, 1)),
        ("[3, 1].first", 3),
        ('"abc".starts("ab")', True),
        ('"abc".replace("b", "-")', "a-c"),
        ('2024-01-31.format("%Y%m%d")', "20240131"),
        ('2024-06-01T00:00Z.to("Europe/Berlin").hour', 2),
        ("len([1, 2])", 2),
        ("min(3, 1, 2)", 1),
        ("max([1s, 2s])", timedelta(seconds=2)),
        ("sum([1, 2])", 3),
        ("sum([0.5])", 0.5),
        ("abs(-3)", 3),
        ("round(2.5) + round(3.14159, 2)", 5.140000000000001),
        ('int("12") + int(3.0)', 15),
        ('float("1e3")', 1000.0),
        ('str(["é", "a"])', '["é","a"]'),
        ('decimal("1.50") + decimal("0.5")', Number("2.00")),
        ('date("2024-01-31")', date(2024, 1, 31)),
        ('json("[1, 2]")[1] == 2', True),
        ('path("a/b").name', "b"),
        ('path("a") / "b"', "a/b"),
        ("2 in [1, 2]", True),
        ("3 in 1 .. 2", False),
        ('"k" in {k: 1}', True),
        ("json(\"{}\").k == null", True),
        ("[10, 20][1]", 20),
        ("[x * x for x in 1 .. 4 if x % 2 == 0]", (4, 16)),
        ("[[x + y for y in [1, 2]] for x in [10]]", ((11, 12),)),
        ("{a: 1}", {"a": 1}),
        ("1 .. 3", (1, 3)),
        ("run.date", None),
        ("n", None),
    ],
)  # fmt: skip
def test_values(read: Reader, text: str, value: object) -> None:
    got = read(text)
    assert got.codes == []
    assert constant(got.expr) == value


@pytest.mark.parametrize(
    ("text", "want", "value"),
    [
        ("[1, 2]", ListOf(FLOAT), (1.0, 2.0)),
        ('"a/#{1}"', PATH, "a/1"),
        ("1.50", Decimal(12, 2), Number("1.50")),
        ('{a: [1, "b"]}', JSON, {"a": (1, "b")}),
    ],
)
def test_values_of_a_wanted_type(read: Reader, text: str, want: Type, value: object) -> None:
    assert constant(read(text, want).expr) == value


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("9223372036854775807 + 1", "9223372036854775807 + 1", "9223372036854775808 does not fit in 64 bits"),
        ("n + (1 / 0)", "(1 / 0)", "it divides by zero"),
        ("1 % 0", "1 % 0", "it divides by zero"),
        ("[1][3]", "[1][3]", "no element 3 in a list of 1"),
        ('json("{}")["b"]', 'json("{}")["b"]', "b"),
        ('int("x")', 'int("x")', "expected int, found 'x'"),
        ('date("x")', 'date("x")', "expected date, found 'x'"),
        ("2024-01-01 + 12h", "2024-01-01 + 12h", "a date moves by whole days, not by 12h"),
        ("1e308 * 10.0", "1e308 * 10.0", "it is too large for a float"),
        ("[x / 0 for x in [1]]", "x / 0", "it divides by zero"),
        (
            "[[x for x in 1 .. 2000] for y in 1 .. 9000000000]",
            "[x for x in 1 .. 2000]",
            "it has more than 100000 elements",
        ),
    ],
)
def test_what_cannot_be_computed_is_told_now(read: Reader, text: str, place: str, reason: str) -> None:
    got = read(text)
    assert got.codes == ["FLOW313"]
    assert got.only.message.endswith(f"cannot be computed: {reason}")
    assert got.place.strip("()") == place.strip("()")


def test_an_untaken_branch_is_not_computed(read: Reader) -> None:
    assert constant(read("1.0 if true else 1 / 0").expr) == 1.0


def test_a_value_that_comes_too_late(read: Reader) -> None:
    got = read("n + 1")
    assert not require_stage(got.expr, "build", read.context, "`retry`")
    (found,) = read.problems
    assert found.code.number == "FLOW316"
    assert found.message == "`retry` takes a value that is known when it is built, and `n + 1` is not"
    assert found.label == "the param `n` is known when a run starts"
    assert [label.span.text for label in found.related] == ["n"]


def test_a_value_in_time(read: Reader) -> None:
    assert require_stage(read("n + 1").expr, "start", read.context, "`when`")
    assert require_stage(read("total").expr, "run", read.context, "`lock`")
    assert not read.problems


def test_a_reported_expression_is_not_judged_again(read: Reader) -> None:
    assert not require_stage(read("nope").expr, "build", read.context, "`retry`")
    assert [each.code.number for each in read.problems] == ["FLOW201"]
    assert constant(read("nope").expr) is None


@pytest.mark.parametrize(
    "text",
    [
        "[x + 1 for x in xs if x > 0].first ?? 0",
        '"#{n} #{best.auc} #{bulk ?? merge}"',
        "1 if maybe != null and maybe > 1 else 2.5",
        '{a: [1, 0.5], b: p / "x", c: -n}',
        'min(n, 2) + len(names.join(",")) in 1 .. 3',
        'counts["a"] * 2 == round(f, 1)',
    ],
)
def test_every_part_has_its_place(read: Reader, text: str) -> None:
    assert [part for part in walk(read(text).expr) if part.at is None] == []


def test_every_shape_has_a_typer() -> None:
    shapes = get_args(ast.Expr)
    assert [shape.__name__ for shape in shapes if infer.dispatch(shape) is infer.dispatch(object)] == []


def test_constants_are_not_folded(read: Reader) -> None:
    """The IR keeps what the user wrote; generated code says `24 * 60`, not 1440."""
    assert not isinstance(read("24 * 60").expr, Lit)
    assert read("24 * 60").expr.type == INT
