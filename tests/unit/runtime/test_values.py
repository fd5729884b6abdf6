"""Rule 15: what may cross between tasks, the text that carries it, text forms, and types as texts."""

from __future__ import annotations

import enum
import json
import pathlib
import sys
import types as module_types
from collections import namedtuple
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowc.runtime import types
from flowc.runtime.conforming import DEEPEST
from flowc.runtime.paths import Table, path
from flowc.runtime.reading import from_json, parse
from flowc.runtime.texts import text
from flowc.runtime.trace import show
from flowc.runtime.values import Mismatch, conform, decode, encode

from .conftest import Run, lines, of

BERLIN = timezone(timedelta(hours=1))

CROSSING: list[tuple[str, Any, str, str, str]] = [
    # type, value, what crosses, its text form, as a trace shows it
    ("int", 2**63 - 1, "9223372036854775807", "9223372036854775807", "9223372036854775807"),
    ("float", -0.0, "-0.0", "-0.0", "-0.0"),
    ("float", 1e16, "1e+16", "1e+16", "1e+16"),
    ("bool", True, "true", "true", "true"),
    ("str", 'ä"\n😀', '"ä\\"\\n😀"', 'ä"\n😀', '"ä\\"\\n😀"'),
    ('"full" | "delta"', "full", '"full"', "full", '"full"'),
    ("date", date(2024, 1, 31), '{"$date":"2024-01-31"}', "2024-01-31", "2024-01-31"),
    ("time", time(6), '{"$time":"06:00:00"}', "06:00:00", "06:00:00"),
    (
        "datetime",
        datetime(2024, 1, 1, 6, tzinfo=UTC),
        '{"$datetime":"2024-01-01T06:00:00Z"}',
        "2024-01-01T06:00:00Z",
        "2024-01-01T06:00:00Z",
    ),
    (
        "datetime",
        datetime(2024, 1, 1, 6, tzinfo=BERLIN),
        '{"$datetime":"2024-01-01T06:00:00+01:00"}',
        "2024-01-01T06:00:00+01:00",
        "2024-01-01T06:00:00+01:00",
    ),
    (
        "datetime",
        datetime(2024, 1, 1, 6, 0, 0, 5),
        '{"$datetime":"2024-01-01T06:00:00.000005"}',
        "2024-01-01T06:00:00.000005",
        "2024-01-01T06:00:00.000005",
    ),
    ("duration", timedelta(hours=1, minutes=30), '{"$duration":"1h30m"}', "1h30m", "1h30m"),
    ("duration", timedelta(0), '{"$duration":"0s"}', "0s", "0s"),
    ("duration", -timedelta(minutes=5), '{"$duration":"-5m"}', "-5m", "-5m"),
    ("duration", timedelta(days=8, milliseconds=1, microseconds=2), '{"$duration":"8d1ms2us"}', "8d1ms2us", "8d1ms2us"),
    ("size", 4 * 2**30, '{"$size":"4GiB"}', "4GiB", "4GiB"),
    ("size", 1536, '{"$size":"1536B"}', "1536B", "1536B"),
    ("size", 0, '{"$size":"0B"}', "0B", "0B"),
    ("decimal(10, 2)", Decimal("1.5"), '{"$decimal":"1.50"}', "1.50", "1.50"),
    ("decimal(5, 0)", Decimal("1E+2"), '{"$decimal":"100"}', "100", "100"),
    ("decimal(10, 2)", Decimal("-0.05"), '{"$decimal":"-0.05"}', "-0.05", "-0.05"),
    ("bytes", b"\x00ab", '{"$bytes":"AGFi"}', "AGFi", "AGFi"),
    ("path", path("s3://lake/a b"), '{"$path":"s3://lake/a b"}', "s3://lake/a b", '"s3://lake/a b"'),
    ("path", path("./in/"), '{"$path":"./in/"}', "./in/", '"./in/"'),
    ("table", Table("mart.sales", "wh"), '{"$table":"@wh/mart.sales"}', "mart.sales", '"@wh/mart.sales"'),
    ("json", {"b": [1, None], "a": 1.0}, '{"a":1.0,"b":[1,null]}', '{"a":1.0,"b":[1,null]}', '{"a":1.0,"b":[1,null]}'),
    ("json", "text", '"text"', '"text"', '"text"'),
    (
        "list[date?]",
        [date(2024, 1, 31), None],
        '[{"$date":"2024-01-31"},null]',
        '["2024-01-31",null]',
        '["2024-01-31",null]',
    ),
    ("list[size]", [1024], '[{"$size":"1KiB"}]', '["1KiB"]', '["1KiB"]'),
    ("map[str, int]", {"$x": 1, "a": 2}, '{"$map":[["$x",1],["a",2]]}', '{"$x":1,"a":2}', '{"$x":1,"a":2}'),
    (
        "(rows: path, n: int)",
        {"rows": path("a"), "n": 3},
        '{"n":3,"rows":{"$path":"a"}}',
        '{"n":3,"rows":"a"}',
        '{"n":3,"rows":"a"}',
    ),
    ("int?", None, "null", "null", "null"),
]


@pytest.mark.parametrize(("kind", "value", "carried", "form", "shown"), CROSSING)
def test_what_crosses(kind: str, value: Any, carried: str, form: str, shown: str) -> None:
    conformed = conform(value, kind)
    assert encode(conformed, kind) == carried
    back = decode(carried)
    assert (back, text(back, kind)) == (conformed, form)
    assert text(value, kind) == form
    assert show(carried) == shown


@pytest.mark.parametrize(("kind", "form"), [(row[0], row[3]) for row in CROSSING if row[0] != "json"])
def test_a_text_form_reads_back(kind: str, form: str) -> None:
    assert text(parse(form, kind), kind) == form


class Mode(enum.Enum):
    FULL = "full"
    COUNT = 3


class Number(enum.IntEnum):
    THREE = 3


Pair = namedtuple("Pair", ["rows", "n"])


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("float", 1, 1.0),
        ("list[int]", (1, 2), [1, 2]),
        ('"full" | "delta"', Mode.FULL, "full"),
        ("str", Mode.COUNT, "COUNT"),
        ("int", Number.THREE, 3),
        ("(rows: str, n: int)", ("a", 3), {"rows": "a", "n": 3}),
        ("(rows: str, n: int)", Pair("a", 3), {"rows": "a", "n": 3}),
        ("json", {"a": (1, Mode.FULL)}, {"a": [1, "full"]}),
        ("map[str, float]", {"a": 1}, {"a": 1.0}),
    ],
)
def test_what_is_converted(kind: str, value: Any, expected: Any) -> None:
    found = conform(value, kind)
    assert (found, encode(found, kind)) == (expected, encode(expected, kind))


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("int", True, "expected int, found bool True"),
        ("int", 1.0, "expected int, found float 1.0"),
        ("int", "3", "expected int, found str '3'"),
        ("int", None, "expected int, found null"),
        ("int", 2**63, "9223372036854775808 does not fit in 64 bits"),
        ("json", {"a": [2**64]}, "18446744073709551616 does not fit in 64 bits at ['a'][0]"),
        ("float", True, "expected float, found bool True"),
        ("float", float("nan"), "nan cannot cross between tasks"),
        ("json", [float("inf")], "inf cannot cross between tasks at [0]"),
        ("str", "\ud800", "'\\ud800' is no Unicode text"),
        ("str", b"x", "expected str, found bytes b'x'"),
        ("date", datetime(2024, 1, 1), "expected date, found datetime datetime.datetime(2024, 1, 1, 0, 0)"),
        ("datetime", date(2024, 1, 1), "expected datetime, found date datetime.date(2024, 1, 1)"),
        ("path", "a/b", "expected path, found str 'a/b'"),
        ("list[int]", {1}, "expected list[int], found set {1}"),
        ("list[int]", [1, "x"], "expected int, found str 'x' at [1]"),
        ("map[str, int]", {1: 2}, "keys must be text, found int 1"),
        ("any", {(1,): 2}, "keys must be text, found tuple (1,)"),
        ("any", object, "type cannot cross between tasks"),
        ('"a" | "b"', "c", 'expected "a" | "b", found \'c\''),
        ("decimal(10, 2)", Decimal("1.234"), "expected decimal(10, 2): 1.234 has more than 2 digits after the point"),
        ("decimal(3, 2)", Decimal("12"), "expected decimal(3, 2): 12 is too large for decimal(3, 2)"),
        ("decimal(3, 2)", 1, "expected decimal(3, 2), found int 1"),
        ("decimal(3, 2)", Decimal("NaN"), "expected decimal(3, 2): NaN is no number"),
        ("(rows: str, n: int)", {"rows": "a"}, "expected (rows: str, n: int), found a map that misses n"),
        ("(n: int)", {"n": 1, "m": 2}, "expected (n: int), found a map that has 'm' too"),
        ("(n: int)", {"n": "x"}, "expected int, found str 'x' at n"),
        ("(n: int)", (1, 2), "expected (n: int), found tuple (1, 2)"),
    ],
)
def test_what_does_not_cross(kind: str, value: Any, message: str) -> None:
    with pytest.raises(Mismatch) as caught:
        conform(value, kind)
    assert str(caught.value) == message


def test_numpys_scalars_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for numpy, which need not be here: what counts is the module of the class, `shape` and `item`."""

    class Scalar:
        shape = ()

        def __init__(self, value: Any) -> None:
            self.value = value

        def item(self) -> Any:
            return self.value

    class Array(Scalar):
        shape = (2,)

    Scalar.__module__ = Array.__module__ = "numpy"
    monkeypatch.setitem(sys.modules, "numpy", module_types.ModuleType("numpy"))
    assert conform(Scalar(3), "int") == 3
    assert conform([Scalar(0.5)], "list[float]") == [0.5]
    assert conform(Scalar(True), "bool") is True
    with pytest.raises(Mismatch, match=r"Array cannot cross between tasks; return `.tolist\(\)`"):
        conform(Array([1, 2]), "list[int]")


@pytest.mark.parametrize(
    "said",
    [
        "int?",
        '"full" | "delta"',
        '("a" | "b c")?',
        "(rows: path, n: int)",
        "map[str, decimal(18, 8)]",
        "list[list[any?]]",
        '"a\\"|b"',
        "(a: (b: int)?, c: list[str])",
    ],
)
def test_types_read_back(said: str) -> None:
    assert str(types.read(said)) == said


@pytest.mark.parametrize(
    "said", ["", "integer", "list[", "list[int", "int]", "map[int]", "(a int)", "decimal(1)", "int x"]
)
def test_what_is_no_type(said: str) -> None:
    with pytest.raises(ValueError, match="no type"):
        types.read(said)


@pytest.mark.parametrize(
    ("kind", "said", "expected"),
    [
        ("int", "1_000", 1000),
        ("float", "1e3", 1000.0),
        ("duration", "PT1H30M", timedelta(minutes=90)),
        ("duration", "-P1DT0.5S", -timedelta(days=1, seconds=0.5)),
        ("duration", "2w", timedelta(weeks=2)),
        ("datetime", "2024-01-01", datetime(2024, 1, 1)),
        ("datetime", "2024-01-01T06:00+01:00", datetime(2024, 1, 1, 6, tzinfo=BERLIN)),
        ("time", "06:00", time(6)),
        ("size", "1.5GiB", 1610612736),
        ("size", "2kB", 2000),
        ("str?", "null", None),
        ("list[date]", '["2024-01-31"]', [date(2024, 1, 31)]),
        ("(rows: path, n: int)", '{"rows": "a", "n": 3}', {"rows": pathlib.Path("a"), "n": 3}),
        ("json", "[1, null]", [1, None]),
        ("bytes", "AGFi", b"\x00ab"),
    ],
)
def test_what_is_read(kind: str, said: str, expected: Any) -> None:
    assert parse(said, kind) == expected


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("int", "1.0"),
        ("int", ""),
        ("int", "９"),
        ("int", str(2**63)),
        ("float", "nan"),
        ("float", "1e999"),
        ("bool", "True"),
        ("bool", "1"),
        ("date", "2024-02-30"),
        ("date", "20240101"),
        ("duration", "5"),
        ("duration", "P"),
        ("time", "25:00"),
        ("datetime", "yesterday"),
        ("size", "4"),
        ("size", "0.3B"),
        ('"a" | "b"', "c"),
        ("list[int]", "1,2"),
        ("json", "{"),
        ("json", "NaN"),
        ("decimal(3, 2)", "x"),
        ("bytes", "?"),
        ("(a: int)", '{"b": 1}'),
    ],
)
def test_what_cannot_be_read(kind: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"expected|NaN is no JSON"):
        conform(parse(said, kind), kind)


def test_json_is_read_with_its_types() -> None:
    assert from_json({"a": ["2024-01-31"]}, "map[str, list[date]]") == {"a": [date(2024, 1, 31)]}


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_json_crosses_unchanged(value: Any) -> None:
    carried = encode(conform(value, "json"), "json")
    assert repr(decode(carried)) == repr(decode(encode(decode(carried), "json")))
    assert decode(carried) == value
    assert json.loads(show(carried)) == value


@given(st.timedeltas(min_value=timedelta(days=-(10**6)), max_value=timedelta(days=10**6)))
def test_durations_read_back(value: timedelta) -> None:
    assert parse(text(value), "duration") == value


@given(st.datetimes(timezones=st.none() | st.just(UTC) | st.just(BERLIN)))
def test_datetimes_read_back(value: datetime) -> None:
    found = decode(encode(value, "datetime"))
    assert (found, found.utcoffset()) == (value, value.utcoffset())


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**9), max_value=10**9))
def test_decimals_read_back(value: Decimal) -> None:
    assert decode(encode(value, "decimal(18, 8)")) == value


def test_a_path_arrives_as_one_with_its_text_untouched(go: Run) -> None:
    from flowc.runtime.actions import Python, call
    from flowc.runtime.model import Requires, Task

    found = go(
        of("a", lambda v: path("s3://lake/x"), output="path"),
        Task("b", Python("work:give", lambda v: call(v.value("a"))), "path", needs=[Requires("a")]),
        Task("c", Python("builtins:isinstance", lambda v: call(v.value("a"), pathlib.Path)), needs=[Requires("a")]),
        executor="processes",
    )
    assert lines(found)[:2] == ['a succeeded 1 "s3://lake/x"', 'b succeeded 1 "s3://lake/x"']


def test_a_value_of_another_type_is_a_failed_attempt_that_says_why(go: Run) -> None:
    found = go(of("a", lambda v: "3", output="int"))
    assert (lines(found)[0], found.error) == ("a failed 1", "expected int, found str '3'")


def test_a_task_without_output_has_no_value(go: Run) -> None:
    assert lines(go(of("a", lambda v: 3, output=None)))[0] == "a succeeded 1"


def test_what_is_nested_too_deep_is_no_value() -> None:
    def nested(levels: int) -> Any:
        found: Any = 1
        for number in range(levels):
            found = [found] if number % 2 else {"a": found}
        return found

    again: list[Any] = []
    again += [again, again]
    assert decode(encode(conform(nested(DEEPEST), "json"))) == nested(DEEPEST)
    assert parse(encode(nested(DEEPEST)), "json") == nested(DEEPEST)
    for value in (nested(DEEPEST + 1), nested(9999), again, (nested(DEEPEST),)):
        with pytest.raises(Mismatch, match="nested more than 100 levels deep"):
            conform(value, "json")
    for levels in (50_000, 1_000_000):
        with pytest.raises(ValueError, match="nested too deep"):
            parse("[" * levels, "json")


@pytest.mark.parametrize(("number", "found"), [(1.5, "1.50"), (3, "3.00"), (-0.1, "-0.10"), (1e3, "1000.00")])
def test_a_decimal_may_be_a_number_of_json(number: float, found: str) -> None:
    assert text(conform(from_json(number, "decimal(8,2)"), "decimal(8,2)"), "decimal(8,2)") == found
    assert from_json({"a": [number]}, "(a: list[decimal(8,2)])") == {"a": [Decimal(repr(number))]}


@pytest.mark.parametrize("number", [0.1 + 0.2, 1234567.123456789012, True, None, float("nan")])
def test_a_number_that_may_not_be_what_was_written_is_no_decimal(number: Any) -> None:
    with pytest.raises((ValueError, Mismatch)):
        conform(from_json(number, "decimal(38,20)"), "decimal(38,20)")
