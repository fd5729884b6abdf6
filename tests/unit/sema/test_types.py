"""Types as they are written, and how types relate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowc.ir.expr import Convert, Lit, Param
from flowc.ir.types import (
    ANY,
    ASSET,
    BOOL,
    CONNECTION,
    DATE,
    FLOAT,
    INT,
    JSON,
    NOTHING,
    NULL,
    PATH,
    SECRET,
    STR,
    Decimal,
    Enum,
    Field,
    ListOf,
    MapOf,
    Optional,
    Range,
    Record,
    Table,
    Type,
)
from flowc.sema.types import convert, fits, is_json, join, optional, strip, transportable
from tests.unit.sema.world import MODE, RATES, Reader


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("int", INT),
        ("secret", SECRET),
        ("asset", ASSET),
        ("table", Table()),
        ("list[int]", ListOf(INT)),
        ("list[list[path?]]", ListOf(ListOf(Optional(PATH)))),
        ("map[str, json]", MapOf(STR, JSON)),
        ("decimal(12, 2)", Decimal(12, 2)),
        ("int?", Optional(INT)),
        ("Mode", MODE),
        ("Mode?", Optional(MODE)),
        ("table[Rates]", Table(RATES)),
        ('"a" | "b"', Enum(("a", "b"))),
        ('"a"', Enum(("a",))),
        ('Mode | "other"', Enum(("full", "delta", "auto", "other"))),
        ("list[Rates]", ListOf(RATES)),
    ],
)
def test_written_types(read: Reader, text: str, type_: Type) -> None:
    assert read.type(text) == (type_, [])


def test_types_of_modules(read: Reader) -> None:
    assert str(read.type("shared.Metrics")[0]) == "Metrics"


@pytest.mark.parametrize(
    ("text", "code", "place", "help_"),
    [
        ("Mod", "FLOW307", "Mod", "did you mean `Mode`?"),
        ("strr", "FLOW307", "strr", "did you mean `str`?"),
        ("string", "FLOW307", "string", "did you mean `str`?"),
        ("timestamp", "FLOW307", "timestamp", "did you mean `datetime`?"),
        ("any", "FLOW307", "any", "json takes every value that JSON has"),
        ("list", "FLOW307", "list", "for example list[str]"),
        ("decimal", "FLOW307", "decimal", "for example decimal(12, 2)"),
        ("lst[int]", "FLOW307", "lst", "did you mean `list`?"),
        ("list[int, int]", "FLOW307", "list[int, int]", "for example list[str]"),
        ("map[str]", "FLOW307", "map[str]", "for example map[str, int]"),
        ("table[int]", "FLOW307", "int", "schema Order { id: int @key }"),
        ("list[strr]", "FLOW307", "strr", "did you mean `str`?"),
        ("decimal(12)", "FLOW307", "decimal(12)", "decimal(12, 2)"),
        (
            "decimal(39, 2)",
            "FLOW313",
            "decimal(39, 2)",
            "1 to 38 digits in all, and no more of them after the point",
        ),
        ("decimal(4, 5)", "FLOW313", "decimal(4, 5)", "1 to 38 digits in all, and no more of them after the point"),
        ('int | "a"', "FLOW307", "int", 'for example "full" | "delta"'),
    ],
)
def test_types_that_are_none(read: Reader, text: str, code: str, place: str, help_: str) -> None:
    read.type(text)
    (found,) = read.problems
    assert found.span is not None
    assert (found.code.number, found.span.text, found.helps) == (code, place, (help_,))


def test_a_member_twice(read: Reader) -> None:
    assert read.type('"a" | "b" | "a"') == (Enum(("a", "b")), ["FLOW202"])


# ------------------------------------------------------------------ relations

_SCALARS = st.sampled_from(
    [INT, FLOAT, STR, BOOL, DATE, PATH, JSON, ANY, Decimal(12, 2), Decimal(5, 4), MODE, Enum(("a", "full")), RATES]
)  # fmt: skip
TYPES = st.recursive(
    _SCALARS,
    lambda inner: inner.map(ListOf) | inner.map(optional) | inner.map(lambda value: MapOf(STR, value)),
    max_leaves=4,
)


@given(TYPES)
def test_a_type_fits_itself_and_its_optional(type_: Type) -> None:
    assert fits(type_, type_)
    assert fits(type_, optional(type_))
    assert fits(NULL, optional(type_)) or type_ == ANY


@given(TYPES, TYPES)
def test_both_fit_what_they_have_in_common(one: Type, other: Type) -> None:
    common = join(one, other)
    assert common is None or (fits(one, common) and fits(other, common))


@given(TYPES, TYPES)
def test_order_does_not_matter_for_whether_there_is_something_in_common(one: Type, other: Type) -> None:
    assert (join(one, other) is None) == (join(other, one) is None)


@given(TYPES, TYPES)
def test_what_fits_converts_to_what_is_wanted_or_is_the_same_value(have: Type, want: Type) -> None:
    if fits(have, want):
        expr = convert(Param("x", have), want)
        assert expr == Param("x", have) or (isinstance(expr, Convert) and expr.type == want)


@given(TYPES)
def test_optional_is_taken_off_again(type_: Type) -> None:
    assert strip(optional(type_)) == strip(type_)


@pytest.mark.parametrize(
    ("have", "want"),
    [
        (FLOAT, INT),
        (STR, MODE),
        (STR, PATH),
        (PATH, STR),
        (DATE, STR),
        (DATE, JSON),
        (JSON, STR),
        (BOOL, INT),
        (Optional(INT), INT),
        (Decimal(12, 2), FLOAT),
        (Decimal(14, 3), Decimal(14, 2)),
        (INT, Decimal(38, 0)),
        (ListOf(FLOAT), ListOf(INT)),
        (Table(), Table(RATES)),
        (ListOf(Optional(INT)), ListOf(INT)),
        (Record((Field("a", INT),)), Record((Field("a", INT), Field("b", INT)))),
        (Record((Field("a", INT), Field("b", INT))), Record((Field("a", INT),))),
        (INT, SECRET),
        (SECRET, STR),
    ],
)
def test_what_does_not_fit(have: Type, want: Type) -> None:
    assert not fits(have, want)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (INT, FLOAT, FLOAT),
        (INT, NULL, Optional(INT)),
        (Optional(INT), FLOAT, Optional(FLOAT)),
        (MODE, STR, STR),
        (Enum(("a",)), Enum(("b",)), Enum(("a", "b"))),
        (ListOf(INT), ListOf(FLOAT), ListOf(FLOAT)),
        (ListOf(NOTHING), ListOf(INT), ListOf(INT)),
        (Decimal(12, 2), Decimal(5, 4), Decimal(14, 4)),
        (Table(RATES), Table(Record(())), Table()),
        (INT, STR, None),
        (INT, Decimal(12, 2), None),
    ],
)
def test_join(one: Type, other: Type, common: Type | None) -> None:
    assert join(one, other) == common
    assert join(other, one) in (common, Enum(("b", "a")))


def test_literals_convert_on_the_spot() -> None:
    assert convert(Lit(1, INT), FLOAT) == Lit(1.0, FLOAT)
    assert convert(Lit(1, INT), Optional(FLOAT)) == Lit(1.0, FLOAT)


@pytest.mark.parametrize(
    ("type_", "reason"),
    [
        (ListOf(MapOf(STR, Optional(DATE))), None),
        (Table(RATES), None),
        (ANY, None),
        (SECRET, "a secret is read where it is used, and never passed on"),
        (CONNECTION, "a connection is read where it is used, and never passed on"),
        (MapOf(INT, STR), "the keys of a map that crosses are text, not int"),
        (Record((Field("a", ListOf(SECRET)),)), "in `a`: a secret is read where it is used, and never passed on"),
        (Range(INT), "a range is not a value; a list of its numbers is `[n for n in a .. b]`"),
        (NOTHING, "there is no value"),
    ],
)
def test_transportable(type_: Type, reason: str | None) -> None:
    assert transportable(type_) == reason


def test_json_is_what_json_has() -> None:
    assert is_json(MapOf(MODE, ListOf(Optional(INT))))
    assert not is_json(ListOf(PATH))
    assert not is_json(RATES)  # it has a decimal
